// One's own sessions and orders.
import { queryOptions } from "@tanstack/react-query";
import { call } from "../../shared/api/client";
import type { Order } from "../booking/queries";

export interface Session {
  readonly session_id: string;
  readonly device: string;
  readonly created_at: string;
  readonly last_used_at: string;
  readonly current: boolean;
}

interface Page<T> {
  readonly data: readonly T[];
}

export const sessionsQuery = queryOptions({
  queryKey: ["account", "sessions"],
  queryFn: async () => (await call<Page<Session>>("GET", "/api/v1/account/sessions")).data,
});

export const myOrdersQuery = queryOptions({
  queryKey: ["account", "orders"],
  queryFn: async () => (await call<Page<Order>>("GET", "/api/v1/account/orders?limit=100")).data,
});
