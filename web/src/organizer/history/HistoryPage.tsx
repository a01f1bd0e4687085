// The history of an event: a slider through time, how it stood then, and everything that was recorded.
import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useDeferredValue, useState } from "react";
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

export function HistoryPage() {
  const t = useT();
  const event = useEvent();
  const history = useInfiniteQuery(historyQuery(event.event_id));
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
          <HistoryList entries={entries} at={at} zone={event.time_zone} onChoose={setChosen} />
        </>
      )}
      {history.hasNextPage && (
        <Button
          className="self-center"
          isBusy={history.isFetchingNextPage}
          onClick={() => void history.fetchNextPage()}
        >
          {t("action.more")}
        </Button>
      )}
    </div>
  );
}
