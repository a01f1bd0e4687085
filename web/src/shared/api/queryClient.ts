// The cache of server state, with the rules that hold for all questions.
import { QueryClient } from "@tanstack/react-query";
import { learnNow } from "../lib/clock";
import { ApiProblem, isPassing } from "./problem";

const MOST_TRIES = 6;

export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 15_000,
        retry: (failures, error) => isPassing(error) && failures < MOST_TRIES,
        retryDelay: (failures, error) => {
          const asked = error instanceof ApiProblem ? error.retryAfterMs : null;
          return Math.min(asked ?? 250 * 2 ** failures, 8_000);
        },
      },
      mutations: { retry: false },
    },
  });
}

interface Boot {
  readonly queries?: readonly { readonly key: readonly unknown[]; readonly data: unknown }[];
  readonly server_now?: string;
}

/** Fills the cache with what the server wrote into the page. */
export function bootQueries(client: QueryClient): void {
  const element = document.getElementById("boot");
  if (!element?.textContent) return;
  const boot = JSON.parse(element.textContent) as Boot;
  for (const { key, data } of boot.queries ?? []) client.setQueryData(key, data);
  // The page may come from a cache: what it says of the time is only a rough beginning.
  if (boot.server_now) learnNow(boot.server_now, 2_000);
}
