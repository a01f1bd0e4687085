// What the address says about a list of orders.
import { readDay } from "../kit/days";

export const STATUSES = ["PAID", "COMPLETED"] as const;
export type OrderStatus = (typeof STATUSES)[number];

export interface OrderSearch {
  readonly q?: string;
  readonly status?: OrderStatus;
  /** The first and the last day, as YYYY-MM-DD. */
  readonly from?: string;
  readonly to?: string;
}

export function readOrderSearch(search: Record<string, unknown>): OrderSearch {
  const status = STATUSES.find((one) => one === search.status);
  const q = typeof search.q === "string" ? search.q.slice(0, 200) : "";
  const [from, to] = [readDay(search.from), readDay(search.to)];
  return { ...(q && { q }), ...(status && { status }), ...(from && { from }), ...(to && { to }) };
}
