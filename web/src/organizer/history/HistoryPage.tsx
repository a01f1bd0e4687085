// The history of an event: a slider through time, how it stood then, and everything that was recorded.
import { useInfiniteQuery } from "@tanstack/react-query";
import { ErrorPanel } from "../../shared/ui/ErrorPanel";
import { Loading } from "../../shared/ui/Loading";
import { PageHeading } from "../../shared/ui/PageHeading";
import { Skeleton } from "../../shared/ui/Skeleton";
import { useEvent } from "../event/useEvent";
import { useT } from "../i18n/useT";
import { HistoryOf } from "./HistoryOf";
import { historyQuery } from "./queries";

export function HistoryPage() {
  const t = useT();
  const event = useEvent();
  const history = useInfiniteQuery(historyQuery(event.event_id));
  const last = history.data?.pages[0]?.data[0]?.version;
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
      {history.isError && !history.data && (
        <ErrorPanel error={history.error} onRetry={() => void history.refetch()} />
      )}
      {last !== undefined && <HistoryOf event={event} last={last} />}
    </div>
  );
}
