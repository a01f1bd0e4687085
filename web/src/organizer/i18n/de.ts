// German words of the organizer desk.
import { de as shared } from "../../shared/i18n/de";
import type { Translation } from "../../shared/i18n/message";
import type { en } from "./en";

export const de: Translation<typeof en> = {
  ...shared,
  "desk.name": "Veranstalterbereich",
  "desk.nav": "Bereich",
  "desk.storefront": "Zum Ticketshop",
  "desk.menu": "Menü",
  "events.title": "Veranstaltungen",
  "notFound.title": "Diese Seite gibt es nicht",
  "notFound.text": "Die Adresse ist vielleicht falsch geschrieben, oder die Seite ist umgezogen.",
  "notFound.action": "Zu meinen Veranstaltungen",
};
