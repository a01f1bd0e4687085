// English words of the organizer desk. Add keys here and in de.ts; a missing one doesn't compile.
import { en as shared } from "../../shared/i18n/en";

export const en = {
  ...shared,
  "desk.name": "Organizer desk",
  "desk.nav": "Desk",
  "desk.storefront": "To the storefront",
  "desk.menu": "Menu",
  "events.title": "Events",
  "notFound.title": "There is no such page",
  "notFound.text": "The address may be misspelt, or the page has moved.",
  "notFound.action": "To my events",
} as const;
