// The catalogue: pages of events, and what one can filter by.
import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, type Schemas, unwrap } from "../../shared/api/client";
import { type Filters, toQuery } from "./filters";

export type EventSummary = Schemas["EventSummary"];

const PAGE = 24;

/** Events that match, the soonest first. */
export function eventsQuery(filters: Filters) {
  const query = toQuery(filters);
  return infiniteQueryOptions({
    queryKey: ["events", query],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) =>
      unwrap(
        api.GET("/api/v1/events", {
          params: { query: { ...query, limit: PAGE, ...(pageParam && { cursor: pageParam }) } },
          signal,
        }),
      ),
    getNextPageParam: (page) => page.next_cursor ?? null,
  });
}

export type Facet = Schemas["Facet"];

/** What events can be filtered by, with how many each choice would leave. */
export function facetsQuery(filters: Filters) {
  const query = toQuery(filters);
  return queryOptions({
    queryKey: ["facets", query],
    staleTime: 60_000,
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) =>
      unwrap(api.GET("/api/v1/events/facets", { params: { query }, signal })),
  });
}
