// English words of the organizer desk. Add keys to words/*.en.ts and *.de.ts; a missing one doesn't compile.
import { en as shared } from "../../shared/i18n/en";

import { attendees } from "./words/attendees.en";
import { desk } from "./words/desk.en";
import { devices } from "./words/devices.en";
import { editor } from "./words/editor.en";
import { events } from "./words/events.en";
import { history } from "./words/history.en";
import { orders } from "./words/orders.en";
import { platform } from "./words/platform.en";
import { sales } from "./words/sales.en";
import { team } from "./words/team.en";
import { tickets } from "./words/tickets.en";

export const en = {
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
} as const;
