// How many tickets of a type a buyer may still take, and which rule says so.
import type { EventView, TicketTypeView } from "../../../shared/catalogue/queries";
import type { Line } from "../../../shared/catalogue/selection";

export type LimitRule = "max" | "person" | "left";

export interface Limit {
  readonly most: number;
  /** The rule that is the tightest. */
  readonly rule: LimitRule;
}

/** What the server will check again: the most of this type in an order, per person, and what is left. */
export function limitOf(
  event: EventView,
  type: TicketTypeView,
  lines: readonly Line[],
  left: number,
): Limit {
  const others = lines
    .filter((line) => line.ticketTypeId !== type.ticket_type_id)
    .reduce((sum, line) => sum + line.quantity, 0);
  const limits: Limit[] = [
    { most: left, rule: "left" },
    { most: Math.max(0, event.per_person_cap - others), rule: "person" },
    { most: type.max_per_order, rule: "max" },
  ];
  return limits.reduce((tightest, limit) => (limit.most < tightest.most ? limit : tightest));
}
