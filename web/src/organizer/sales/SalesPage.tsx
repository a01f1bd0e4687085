// How an event sells: figures of now from the stream, and what was sold by second, hour, day and type.
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Rocket } from "lucide-react";
import { useEffect } from "react";
import { availabilityQuery, type EventView } from "../../shared/catalogue/queries";
import { useAvailability } from "../../shared/live/useAvailability";
import { Badge } from "../../shared/ui/Badge";
import { buttonClass } from "../../shared/ui/buttonClass";
import { EmptyState } from "../../shared/ui/EmptyState";
import { ErrorPanel } from "../../shared/ui/ErrorPanel";
import { Loading } from "../../shared/ui/Loading";
import { PageHeading } from "../../shared/ui/PageHeading";
import { Skeleton } from "../../shared/ui/Skeleton";
import { StaleNotice } from "../../shared/ui/StaleNotice";
import { salesQuery } from "../event/queries";
import { useEvent } from "../event/useEvent";
import { ExportPanel } from "../exports/ExportPanel";
import { useT } from "../i18n/useT";
import { Kpis } from "./Kpis";
import { LiveSeconds } from "./LiveSeconds";
import { SalesByType } from "./SalesByType";
import { SalesOverTime } from "./SalesOverTime";

export function SalesPage() {
  const t = useT();
  const event = useEvent();
  if (event.status === "DRAFT") {
    return (
      <div className="flex flex-col gap-6">
        <PageHeading title={t("sales.heading")} className="text-2xl!" />
        <EmptyState
          icon={<Rocket size={28} />}
          title={t("sales.draft.title")}
          action={
            <Link
              to="/events/$eventId/tickets"
              params={{ eventId: event.event_id }}
              className={buttonClass("primary")}
            >
              {t("sales.draft.action")}
            </Link>
          }
        >
          <p>{t("sales.draft.text")}</p>
        </EmptyState>
      </div>
    );
  }
  return <LiveSales event={event} />;
}

function LiveSales({ event }: { readonly event: EventView }) {
  const t = useT();
  const isOpen = event.status === "PUBLISHED";
  const live = useAvailability(event.event_id, isOpen);
  const figures = useQuery(availabilityQuery(event.event_id));
  const report = useQuery({
    ...salesQuery(event.organization_id, event.event_id),
    placeholderData: keepPreviousData,
  });
  // The report follows the stream: another ticket sold, other sums.
  const sold = figures.data?.sold;
  const refetch = report.refetch;
  useEffect(() => {
    if (sold === undefined) return;
    const timer = setTimeout(() => void refetch(), 1_500);
    return () => clearTimeout(timer);
  }, [sold, refetch]);
  const sales = report.data?.events[0];
  return (
    <div className="flex flex-col gap-6">
      <div className="flex flex-wrap items-center gap-3">
        <PageHeading title={t("sales.heading")} className="text-2xl!" />
        {live.kind === "live" && <Badge tone="success">{t("sales.live")}</Badge>}
      </div>
      {live.kind === "stale" && <StaleNotice since={live.since} />}
      {figures.isError && (
        <ErrorPanel error={figures.error} onRetry={() => void figures.refetch()} />
      )}
      <Kpis event={event} figures={figures.data} sales={sales} />
      {isOpen && figures.data && <LiveSeconds sold={figures.data.sold} />}
      {report.isError && <ErrorPanel error={report.error} onRetry={() => void report.refetch()} />}
      {report.isPending && (
        <Loading>
          <Skeleton className="h-80 w-full" />
        </Loading>
      )}
      {report.isSuccess && (
        <div className="grid items-start gap-6 xl:grid-cols-[2fr_1fr]">
          <SalesOverTime event={event} sales={sales} />
          <SalesByType event={event} figures={figures.data} sales={sales} />
        </div>
      )}
      <ExportPanel
        scope={{ organizationId: event.organization_id, eventId: event.event_id }}
        data="sales"
        zone={event.time_zone}
      />
    </div>
  );
}
