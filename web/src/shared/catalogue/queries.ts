// One event and its figures, as everybody may see them.
import { queryOptions } from "@tanstack/react-query";
import { api, type Schemas, unwrap } from "../api/client";
import { availabilityKey } from "../live/useAvailability";

export type EventView = Schemas["EventView"];
export type TicketTypeView = Schemas["TicketTypeView"];

export function eventQuery(eventId: string) {
  return queryOptions({
    queryKey: ["event", eventId],
    queryFn: ({ signal }) =>
      unwrap(
        api.GET("/api/v1/events/{event_id}", { params: { path: { event_id: eventId } }, signal }),
      ),
  });
}

export function availabilityQuery(eventId: string) {
  return queryOptions({
    queryKey: availabilityKey(eventId),
    staleTime: 20_000,
    queryFn: ({ signal }) =>
      unwrap(
        api.GET("/api/v1/events/{event_id}/availability", {
          params: { path: { event_id: eventId } },
          signal,
        }),
      ),
  });
}
