// Holds and orders, for whoever has their access token or the account they belong to.
import { queryOptions } from "@tanstack/react-query";
import { api, bearer, type Schemas, unwrap } from "../../shared/api/client";
import { rememberPosition } from "../../shared/api/position";
import { learnNow } from "../../shared/lib/clock";
import { accessToken } from "./access";

export type Reservation = Schemas["ReservationView"];
export type Order = Schemas["OrderView"];
export type Ticket = Schemas["TicketView"];
export type Timeline = Schemas["TimelineView"];

const MOST_TICKETS = 100;

export function reservationQuery(id: string) {
  return queryOptions({
    queryKey: ["reservation", id],
    staleTime: 5_000,
    refetchOnWindowFocus: "always",
    queryFn: async ({ signal }): Promise<Reservation> => {
      const began = performance.now();
      const answer = api.GET("/api/v1/reservations/{reservation_id}", {
        params: { path: { reservation_id: id } },
        headers: bearer(accessToken(id)),
        signal,
      });
      const reservation = await unwrap(answer);
      learnNow(reservation.now, performance.now() - began);
      // The order is the next question, and another table's: that one has to be as far as this one.
      if (reservation.status === "CONSUMED") {
        rememberPosition((await answer).response.headers.get("Log-Position"));
      }
      return reservation;
    },
  });
}

export function orderQuery(id: string) {
  return queryOptions({
    queryKey: ["order", id],
    queryFn: ({ signal }) =>
      unwrap(
        api.GET("/api/v1/orders/{order_id}", {
          params: { path: { order_id: id } },
          headers: bearer(accessToken(id)),
          signal,
        }),
      ),
  });
}

export function timelineQuery(id: string) {
  return queryOptions({
    queryKey: ["timeline", id],
    queryFn: ({ signal }) =>
      unwrap(
        api.GET("/api/v1/orders/{order_id}/timeline", {
          params: { path: { order_id: id } },
          headers: bearer(accessToken(id)),
          signal,
        }),
      ),
  });
}

export function ticketsQuery(id: string) {
  return queryOptions({
    queryKey: ["tickets", id],
    queryFn: async ({ signal }): Promise<readonly Ticket[]> => {
      const tickets: Ticket[] = [];
      let cursor: string | null | undefined;
      do {
        const page = await unwrap(
          api.GET("/api/v1/orders/{order_id}/tickets", {
            params: {
              path: { order_id: id },
              query: { limit: MOST_TICKETS, ...(cursor && { cursor }) },
            },
            headers: bearer(accessToken(id)),
            signal,
          }),
        );
        tickets.push(...page.data);
        cursor = page.next_cursor;
      } while (cursor);
      return tickets;
    },
  });
}
