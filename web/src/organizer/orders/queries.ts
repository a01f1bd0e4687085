// Questions about orders.
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { api, type Schemas, unwrap } from "../../shared/api/client";
import type { OrderStatus } from "./search";

export type OrderView = Schemas["OrderView"];
export type TicketView = Schemas["TicketView"];

export interface OrderScope {
  readonly organizationId: string;
  readonly eventId?: string | undefined;
  readonly status?: OrderStatus | undefined;
}

export function getOrders(
  scope: OrderScope,
  cursor: string | null,
  limit: number,
  signal?: AbortSignal,
) {
  return unwrap(
    api.GET("/api/v1/orders", {
      params: {
        query: {
          limit,
          organization_id: scope.organizationId,
          ...(scope.eventId && { event_id: scope.eventId }),
          ...(scope.status && { status: scope.status }),
          ...(cursor && { cursor }),
        },
      },
      ...(signal && { signal }),
    }),
  );
}

export function ordersQuery(scope: OrderScope) {
  return infiniteQueryOptions({
    queryKey: ["desk", "orders", scope.organizationId, scope.eventId ?? null, scope.status ?? null],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) => getOrders(scope, pageParam, 50, signal),
    getNextPageParam: (page) => page.next_cursor ?? null,
  });
}

export function orderQuery(orderId: string) {
  return queryOptions({
    queryKey: ["desk", "order", orderId],
    queryFn: ({ signal }) =>
      unwrap(
        api.GET("/api/v1/orders/{order_id}", { params: { path: { order_id: orderId } }, signal }),
      ),
  });
}

export function getTickets(orderId: string, cursor: string | null, signal?: AbortSignal) {
  return unwrap(
    api.GET("/api/v1/orders/{order_id}/tickets", {
      params: {
        path: { order_id: orderId },
        query: { limit: 100, ...(cursor && { cursor }) },
      },
      ...(signal && { signal }),
    }),
  );
}

export function ticketsQuery(orderId: string) {
  return queryOptions({
    queryKey: ["desk", "tickets", orderId],
    queryFn: async ({ signal }) => {
      const tickets: TicketView[] = [];
      let cursor: string | null = null;
      do {
        const page: Awaited<ReturnType<typeof getTickets>> = await getTickets(
          orderId,
          cursor,
          signal,
        );
        tickets.push(...page.data);
        cursor = page.next_cursor ?? null;
      } while (cursor);
      return tickets;
    },
  });
}

export function timelineQuery(orderId: string) {
  return queryOptions({
    queryKey: ["desk", "timeline", orderId],
    queryFn: ({ signal }) =>
      unwrap(
        api.GET("/api/v1/orders/{order_id}/timeline", {
          params: { path: { order_id: orderId } },
          signal,
        }),
      ),
  });
}
