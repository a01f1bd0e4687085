// What the address says about a list of orders.
export const STATUSES = ["PAID", "COMPLETED"] as const;
export type OrderStatus = (typeof STATUSES)[number];

export interface OrderSearch {
  readonly q?: string;
  readonly status?: OrderStatus;
}

export function readOrderSearch(search: Record<string, unknown>): OrderSearch {
  const status = STATUSES.find((one) => one === search.status);
  const q = typeof search.q === "string" ? search.q : "";
  return { ...(q && { q }), ...(status && { status }) };
}
