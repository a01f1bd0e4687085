// The catalogue: pages of events, and what one can filter by.
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { api, type Schemas, unwrap } from "../../shared/api/client";
import { type Filters, toQuery } from "./filters";

export type EventSummary = Schemas["EventSummary"];

const PAGE = 24;

/** Events that match, the soonest first. `available` isn't asked of the API: see `EventList`. */
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

export interface Facet {
  readonly value: string;
  readonly count: number;
}

export interface Facets {
  readonly cities: readonly Facet[];
  readonly categories: readonly Facet[];
  /** That of most events. */
  readonly currency: string | null;
  /** False if there are more events than were counted. */
  readonly isComplete: boolean;
}

const MOST_COUNTED = 100;

/** What the coming events can be filtered by, and how many there are of each. */
export const facetsQuery = queryOptions({
  queryKey: ["events", "facets"],
  staleTime: 5 * 60_000,
  queryFn: async ({ signal }): Promise<Facets> => {
    const query = { limit: MOST_COUNTED };
    const page = await unwrap(api.GET("/api/v1/events", { params: { query }, signal }));
    return {
      cities: tally(page.data.map((event) => event.venue?.city)),
      categories: tally(page.data.map((event) => event.category)),
      currency: tally(page.data.map((event) => event.price_from?.currency))[0]?.value ?? null,
      isComplete: !page.next_cursor,
    };
  },
});

function tally(values: readonly (string | null | undefined)[]): Facet[] {
  const counts = new Map<string, number>();
  for (const value of values) if (value) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts]
    .map(([value, count]) => ({ value, count }))
    .sort((one, other) => other.count - one.count || one.value.localeCompare(other.value));
}
