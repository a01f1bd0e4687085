// The live figures of one event: a stream that resumes, says when it is stale, and rests with the tab.
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import type { Schemas } from "../api/client";
import { serverNow } from "../lib/clock";
import { pacer } from "./pacer";

export type Availability = Schemas["AvailabilityView"];
export type LiveState =
  | { readonly kind: "connecting" }
  | { readonly kind: "live" }
  | { readonly kind: "stale"; readonly since: number };

/** The page is repainted at most four times a second, whatever comes. */
const REPAINT_MS = 250;
const REST_WHEN_HIDDEN_MS = 20_000;
const LONGEST_WAIT_MS = 20_000;

export const availabilityKey = (eventId: string) => ["availability", eventId] as const;

/** Follows the stream into the query cache for as long as the caller is shown. */
export function useAvailability(eventId: string, isWanted = true): LiveState {
  const queries = useQueryClient();
  const [state, setState] = useState<LiveState>({ kind: "connecting" });

  useEffect(() => {
    if (!isWanted || typeof EventSource === "undefined") return;
    let source: EventSource | null = null;
    let rest: ReturnType<typeof setTimeout> | undefined;
    let reopen: ReturnType<typeof setTimeout> | undefined;
    let failures = 0;

    const figures = pacer(
      (latest: Availability) => queries.setQueryData(availabilityKey(eventId), latest),
      REPAINT_MS,
    );
    const stale = () =>
      setState((now) => (now.kind === "stale" ? now : { kind: "stale", since: serverNow() }));
    const live = () => {
      failures = 0;
      setState((now) => (now.kind === "live" ? now : { kind: "live" }));
    };
    const open = () => {
      clearTimeout(reopen);
      source?.close();
      source = new EventSource(`/api/v1/events/${encodeURIComponent(eventId)}/availability/stream`);
      source.onopen = live;
      source.addEventListener("availability", (event) => {
        figures.put(JSON.parse(event.data) as Availability);
        live();
      });
      source.onerror = () => {
        stale();
        if (source?.readyState !== EventSource.CLOSED) return; // the browser tries again by itself
        failures += 1;
        const wait = Math.min(1000 * 2 ** failures, LONGEST_WAIT_MS);
        reopen = setTimeout(open, wait * (0.75 + Math.random() / 2));
      };
    };
    const close = () => {
      clearTimeout(reopen);
      source?.close();
      source = null;
    };
    const onVisibility = () => {
      clearTimeout(rest);
      if (document.hidden) rest = setTimeout(close, REST_WHEN_HIDDEN_MS);
      else if (!source || source.readyState === EventSource.CLOSED) open();
    };

    open();
    document.addEventListener("visibilitychange", onVisibility);
    window.addEventListener("online", open);
    return () => {
      document.removeEventListener("visibilitychange", onVisibility);
      window.removeEventListener("online", open);
      figures.stop();
      clearTimeout(rest);
      close();
    };
  }, [eventId, isWanted, queries]);

  return state;
}
