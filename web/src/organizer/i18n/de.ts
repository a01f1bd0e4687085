// German words of the organizer desk.
import { de as shared } from "../../shared/i18n/de";
import type { Translation } from "../../shared/i18n/message";
import type { en } from "./en";
import { attendees } from "./words/attendees.de";
import { desk } from "./words/desk.de";
import { devices } from "./words/devices.de";
import { editor } from "./words/editor.de";
import { events } from "./words/events.de";
import { history } from "./words/history.de";
import { orders } from "./words/orders.de";
import { platform } from "./words/platform.de";
import { sales } from "./words/sales.de";
import { team } from "./words/team.de";
import { tickets } from "./words/tickets.de";

export const de: Translation<typeof en> = {
  ...shared,
  ...desk,
  ...events,
  ...editor,
  ...tickets,
  ...orders,
  ...attendees,
  ...sales,
  ...history,
  ...team,
  ...devices,
  ...platform,
};
