// Questions about orders.
import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, type Schemas, unwrap } from "../../shared/api/client";
import { startOfDay } from "../kit/days";
import type { OrderSearch } from "./search";

export type OrderView = Schemas["OrderView"];
export type TicketView = Schemas["TicketView"];

export interface OrderScope {
  readonly organizationId: string;
  readonly eventId?: string | undefined;
  /** The zone whose days are meant. */
  readonly zone: string;
  readonly search: OrderSearch;
}

export function ordersQuery({ organizationId, eventId, zone, search }: OrderScope) {
  const { q, status, from, to } = search;
  return infiniteQueryOptions({
    queryKey: ["desk", "orders", organizationId, eventId ?? null, zone, search],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) => {
      const query = {
        limit: 50,
        ...(q && { q }),
        ...(status && { status }),
        ...(from && { from: startOfDay(from, zone) }),
        ...(to && { to: startOfDay(to, zone, 1) }),
        ...(pageParam && { cursor: pageParam }),
      };
      return eventId
        ? unwrap(
            api.GET("/api/v1/events/{event_id}/orders", {
              params: { path: { event_id: eventId }, query },
              signal,
            }),
          )
        : unwrap(
            api.GET("/api/v1/orders", {
              params: { query: { ...query, organization_id: organizationId } },
              signal,
            }),
          );
    },
    getNextPageParam: (page) => page.next_cursor ?? null,
    placeholderData: keepPreviousData,
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
