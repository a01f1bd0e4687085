// The history of an event: a slider through time, how it stood then, and everything that was recorded.
import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useDeferredValue, useEffect, useState } from "react";
import { Button } from "../../shared/ui/Button";
import { ErrorPanel } from "../../shared/ui/ErrorPanel";
import { Loading } from "../../shared/ui/Loading";
import { PageHeading } from "../../shared/ui/PageHeading";
import { Skeleton } from "../../shared/ui/Skeleton";
import { useEvent } from "../event/useEvent";
import { useT } from "../i18n/useT";
import { HistoryList } from "./HistoryList";
import { historyQuery, stateQuery } from "./queries";
import { StateThen } from "./StateThen";
import { TimeSlider } from "./TimeSlider";

/** So many pages come by themselves: the server tells the oldest first, and people look for the latest. */
const MOST_PAGES = 10;

export function HistoryPage() {
  const t = useT();
  const event = useEvent();
  const history = useInfiniteQuery(historyQuery(event.event_id));
  const { fetchNextPage, hasNextPage, isFetching } = history;
  const count = history.data?.pages.length ?? 0;
  const isLong = count >= MOST_PAGES;
  const goesOn = hasNextPage && !isFetching && !history.isError && !isLong;
  useEffect(() => {
    if (goesOn && count > 0) void fetchNextPage();
  }, [goesOn, count, fetchNextPage]);
  const entries = history.data?.pages.flatMap((page) => page.data) ?? [];
  // The stop after the last entry is the present, also while not every entry is loaded.
  const [chosen, setChosen] = useState<number | null>(null);
  const now = entries.length;
  const at = chosen === null ? now : Math.min(chosen, now);
  const entry = entries[useDeferredValue(at)];
  const state = useQuery({
    ...stateQuery(event.event_id, entry?.log_position ?? null),
    placeholderData: keepPreviousData,
  });
  return (
    <div className="flex flex-col gap-6">
      <PageHeading title={t("history.heading")} className="text-2xl!" />
      <p className="text-muted">{t("history.text")}</p>
      {history.isPending && (
        <Loading>
          <div className="flex flex-col gap-4">
            <Skeleton className="h-28 w-full" />
            <Skeleton className="h-72 w-full" />
          </div>
        </Loading>
      )}
      {history.isError && (
        <ErrorPanel error={history.error} onRetry={() => void history.refetch()} />
      )}
      {entries.length > 0 && (
        <>
          <TimeSlider
            entries={entries}
            at={at}
            zone={event.time_zone}
            onChange={(next) => setChosen(next >= now ? null : next)}
          />
          {state.isError && <ErrorPanel error={state.error} onRetry={() => void state.refetch()} />}
          {state.isPending && <Skeleton className="h-48 w-full" />}
          {state.data && (
            <StateThen
              state={state.data}
              isNow={entry === undefined}
              isStale={state.isPlaceholderData}
            />
          )}
          {hasNextPage && isLong && (
            <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
              <Button isBusy={history.isFetchingNextPage} onClick={() => void fetchNextPage()}>
                {t("history.later")}
              </Button>
              <p className="text-sm text-muted">{t("history.later.text")}</p>
            </div>
          )}
          <HistoryList entries={entries} at={at} zone={event.time_zone} onChoose={setChosen} />
        </>
      )}
    </div>
  );
}
