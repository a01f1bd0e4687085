// From what is typed to an invitation.
import type { EventView } from "../../shared/catalogue/queries";
import type { DeviceBody } from "./queries";

export interface InvitationForm {
  readonly label: string;
  /** Names separated by commas. */
  readonly gates: string;
  /** Until after the event, or so many days from now. */
  readonly until: "event" | "1" | "3" | "7";
  readonly leaseHours: number;
}

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** Doors are still at work when the event has ended. */
const AFTER_EVENT = 12 * HOUR;
/** The API takes 400 days. */
const LONGEST = 399 * DAY;
/** The API takes no less than ten minutes. */
const SHORTEST = HOUR;

/** When devices of an event end by themselves; null if that is over. */
export function endAfter(event: EventView, now: number): number | null {
  const end = Date.parse(event.ends_at ?? event.starts_at) + (event.ends_at ? 0 : DAY);
  const ends = Math.min(end + AFTER_EVENT, now + LONGEST);
  return ends > now + SHORTEST ? ends : null;
}

export function gatesOf(text: string): string[] {
  const gates = text
    .split(",")
    .map((gate) => gate.trim())
    .filter(Boolean);
  return [...new Set(gates)];
}

export function bodyOf(form: InvitationForm, event: EventView, now: number): DeviceBody {
  const afterEvent = form.until === "event" ? endAfter(event, now) : null;
  const days = form.until === "event" ? 1 : Number(form.until);
  return {
    label: form.label.trim(),
    event_id: event.event_id,
    gates: gatesOf(form.gates),
    lease_hours: form.leaseHours,
    ends_at: new Date(afterEvent ?? now + days * DAY).toISOString(),
  };
}
