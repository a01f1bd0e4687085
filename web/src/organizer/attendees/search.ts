// What the address says about a list of attendees.
export const TICKET_STATUSES = ["VALID"] as const;
export type TicketStatus = (typeof TICKET_STATUSES)[number];

export interface AttendeeSearch {
  readonly q?: string;
  /** The id of a ticket type. */
  readonly type?: string;
  readonly status?: TicketStatus;
}

const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export function readAttendeeSearch(search: Record<string, unknown>): AttendeeSearch {
  const q = typeof search.q === "string" ? search.q.slice(0, 200) : "";
  const type = typeof search.type === "string" && ID.test(search.type) ? search.type : "";
  const status = TICKET_STATUSES.find((one) => one === search.status);
  return { ...(q && { q }), ...(type && { type }), ...(status && { status }) };
}
