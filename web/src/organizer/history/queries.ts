// What was recorded about an event, the latest first, and how it stood at a time.
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { api, type Schemas, unwrap } from "../../shared/api/client";

export type HistoryEntry = Schemas["HistoryEntry"];
export type StateView = Schemas["StateView"];

const STREAM = "box_office";
const PAGE = 100;

interface Wanted {
  readonly until: number | null;
  readonly limit: number;
  readonly cursor?: string | null;
  readonly signal: AbortSignal;
}

function getHistory(eventId: string, { until, limit, cursor, signal }: Wanted) {
  const query = {
    order: "newest_first" as const,
    limit,
    ...(until !== null && { until_version: until }),
    ...(cursor && { cursor }),
  };
  return unwrap(
    api.GET("/api/v1/audit/streams/{stream_type}/{stream_id}", {
      params: { path: { stream_type: STREAM, stream_id: eventId }, query },
      signal,
    }),
  );
}

/** The entries up to a step and back to the first; without one, from the latest. */
export function historyQuery(eventId: string, until: number | null = null) {
  return infiniteQueryOptions({
    queryKey: ["desk", "history", eventId, until],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) =>
      getHistory(eventId, { until, limit: PAGE, cursor: pageParam, signal }),
    getNextPageParam: (page) => page.next_cursor ?? null,
  });
}

/** One entry, wherever it is. */
export function entryQuery(eventId: string, version: number | null) {
  return queryOptions({
    queryKey: ["desk", "entry", eventId, version],
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async ({ signal }) => {
      const page = await getHistory(eventId, { until: version, limit: 1, signal });
      return page.data[0] ?? null;
    },
  });
}

/** A present that is watched is asked for this often. */
const EVERY_MS = 5_000;

/** How the event stood after a step; without one, how it stands now. */
export function stateQuery(eventId: string, version: number | null) {
  const isNow = version === null;
  return queryOptions({
    queryKey: ["desk", "state", eventId, version],
    staleTime: isNow ? 0 : Number.POSITIVE_INFINITY,
    refetchInterval: isNow ? EVERY_MS : false,
    queryFn: ({ signal }) =>
      unwrap(
        api.GET("/api/v1/audit/streams/{stream_type}/{stream_id}/state", {
          params: {
            path: { stream_type: STREAM, stream_id: eventId },
            query: { ...(version !== null && { until_version: version }) },
          },
          signal,
        }),
      ),
  });
}
