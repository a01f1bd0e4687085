// Questions about the organisation's events.
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { api, type Schemas, unwrap } from "../../shared/api/client";

export type EventSummary = Schemas["EventSummary"];
export type EventAnswer = Schemas["EventAnswer"];
export type SalesReport = Schemas["SalesReport"];

export const PAGE = 50;

export function eventsQuery(organizationId: string) {
  return infiniteQueryOptions({
    queryKey: ["desk", "events", organizationId],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) =>
      unwrap(
        api.GET("/api/v1/organizations/{organization_id}/events", {
          params: {
            path: { organization_id: organizationId },
            query: { limit: PAGE, ...(pageParam && { cursor: pageParam }) },
          },
          signal,
        }),
      ),
    getNextPageParam: (page) => page.next_cursor ?? null,
  });
}

/** What was sold; of one event also by day and hour. */
export function salesQuery(organizationId: string, eventId?: string) {
  return queryOptions({
    queryKey: ["desk", "sales", organizationId, eventId ?? null],
    queryFn: ({ signal }) =>
      unwrap(
        api.GET("/api/v1/organizations/{organization_id}/reports/sales", {
          params: {
            path: { organization_id: organizationId },
            query: eventId ? { event_id: eventId } : {},
          },
          signal,
        }),
      ),
  });
}
