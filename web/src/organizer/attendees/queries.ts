// Questions about attendees.
import { infiniteQueryOptions, keepPreviousData } from "@tanstack/react-query";
import { api, type Schemas, unwrap } from "../../shared/api/client";
import type { AttendeeSearch } from "./search";

export type AttendeeView = Schemas["AttendeeView"];

export function attendeesQuery(eventId: string, search: AttendeeSearch) {
  const { q, type, status } = search;
  return infiniteQueryOptions({
    queryKey: ["desk", "attendees", eventId, search],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) =>
      unwrap(
        api.GET("/api/v1/events/{event_id}/attendees", {
          params: {
            path: { event_id: eventId },
            query: {
              limit: 50,
              ...(q && { q }),
              ...(type && { ticket_type_id: type }),
              ...(status && { status }),
              ...(pageParam && { cursor: pageParam }),
            },
          },
          signal,
        }),
      ),
    getNextPageParam: (page) => page.next_cursor ?? null,
    placeholderData: keepPreviousData,
  });
}
