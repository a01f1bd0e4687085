// What was recorded about an event, and how it stood at a time.
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { api, type Schemas, unwrap } from "../../shared/api/client";

export type HistoryEntry = Schemas["HistoryEntry"];
export type StateView = Schemas["StateView"];

const STREAM = "box_office";

export function historyQuery(eventId: string) {
  return infiniteQueryOptions({
    queryKey: ["desk", "history", eventId],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) =>
      unwrap(
        api.GET("/api/v1/audit/streams/{stream_type}/{stream_id}", {
          params: {
            path: { stream_type: STREAM, stream_id: eventId },
            query: { limit: 100, ...(pageParam && { cursor: pageParam }) },
          },
          signal,
        }),
      ),
    getNextPageParam: (page) => page.next_cursor ?? null,
  });
}

/** A present that is watched is asked for this often. */
const EVERY_MS = 5_000;

/** How the event stood after the entry at a log position; without one, how it stands now. */
export function stateQuery(eventId: string, position: string | null) {
  const isNow = position === null;
  return queryOptions({
    queryKey: ["desk", "state", eventId, position],
    staleTime: isNow ? 0 : Number.POSITIVE_INFINITY,
    refetchInterval: isNow ? EVERY_MS : false,
    queryFn: ({ signal }) =>
      unwrap(
        api.GET("/api/v1/audit/streams/{stream_type}/{stream_id}/state", {
          params: {
            path: { stream_type: STREAM, stream_id: eventId },
            query: { ...(position && { until_position: position }) },
          },
          signal,
        }),
      ),
  });
}
