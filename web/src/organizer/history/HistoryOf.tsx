// A history of so many steps: each can be chosen, also those whose entries aren't loaded.
import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { EventView } from "../../shared/catalogue/queries";
import { useI18n } from "../../shared/i18n/context";
import { Button } from "../../shared/ui/Button";
import { ErrorPanel } from "../../shared/ui/ErrorPanel";
import { Skeleton } from "../../shared/ui/Skeleton";
import { useT } from "../i18n/useT";
import { HistoryList } from "./HistoryList";
import { entryQuery, historyQuery, stateQuery } from "./queries";
import { StateThen } from "./StateThen";
import { TimeSlider } from "./TimeSlider";
import { useSettled } from "./useSettled";

interface Props {
  readonly event: EventView;
  /** The latest step. */
  readonly last: number;
}

export function HistoryOf({ event, last }: Props) {
  const t = useT();
  const { locale } = useI18n();
  const number = (value: number) => new Intl.NumberFormat(locale).format(value);
  // The list begins at this step, or at the latest.
  const [from, setFrom] = useState<number | null>(null);
  const list = useInfiniteQuery(historyQuery(event.event_id, from));
  const entries = list.data?.pages.flatMap((page) => page.data) ?? [];
  // The stop after the last step is the present, also while the present goes on.
  const [chosen, setChosen] = useState<number | null>(null);
  const at = chosen ?? last + 1;
  const settled = useSettled(chosen);
  const shown = entries.find((one) => one.version === chosen);
  const alone = useQuery({
    ...entryQuery(event.event_id, settled),
    enabled: settled !== null && settled === chosen && !list.isPending && !shown,
  });
  const state = useQuery({
    ...stateQuery(event.event_id, settled),
    placeholderData: keepPreviousData,
  });
  return (
    <>
      <TimeSlider
        last={last}
        at={at}
        entry={shown ?? alone.data ?? undefined}
        zone={event.time_zone}
        onChange={(next) => setChosen(next > last ? null : next)}
      />
      {state.isError && <ErrorPanel error={state.error} onRetry={() => void state.refetch()} />}
      {state.isPending && <Skeleton className="h-48 w-full" />}
      {state.data && (
        <StateThen
          state={state.data}
          isNow={settled === null}
          isStale={state.isPlaceholderData || settled !== chosen}
        />
      )}
      {((chosen !== null && !shown) || from !== null) && (
        <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
          {chosen !== null && !shown && (
            <Button isBusy={list.isPending} onClick={() => setFrom(chosen)}>
              {t("history.around")}
            </Button>
          )}
          {from !== null && <Button onClick={() => setFrom(null)}>{t("history.latest")}</Button>}
        </div>
      )}
      {list.isError && <ErrorPanel error={list.error} onRetry={() => void list.refetch()} />}
      {list.isPending && <Skeleton className="h-72 w-full" />}
      {entries.length > 0 && (
        <HistoryList entries={entries} at={at} zone={event.time_zone} onChoose={setChosen} />
      )}
      {list.hasNextPage && (
        <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
          <Button isBusy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
            {t("history.older")}
          </Button>
          <p className="text-sm text-muted">
            {t("history.shown", { count: entries.length, total: number(last) })}
          </p>
        </div>
      )}
    </>
  );
}
