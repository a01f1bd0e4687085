// One event: what it is, how it stands, the tabs, and what can be done to it as a whole.
import { useQuery } from "@tanstack/react-query";
import { Outlet } from "@tanstack/react-router";
import { ExternalLink } from "lucide-react";
import { isProblem } from "../../shared/api/problem";
import { type EventView, eventQuery } from "../../shared/catalogue/queries";
import { buttonClass } from "../../shared/ui/buttonClass";
import { ErrorPanel } from "../../shared/ui/ErrorPanel";
import { Loading } from "../../shared/ui/Loading";
import { Notice } from "../../shared/ui/Notice";
import { Skeleton } from "../../shared/ui/Skeleton";
import { When } from "../../shared/ui/When";
import { YourTime } from "../../shared/ui/YourTime";
import { ForbiddenPage } from "../desk/ForbiddenPage";
import { useDesk } from "../desk/useDesk";
import { EmbedButton } from "../embed/EmbedButton";
import { useT } from "../i18n/useT";
import { NotFoundPage } from "../layout/NotFoundPage";
import { EventActions } from "./EventActions";
import { EventTabs } from "./EventTabs";
import { StatusBadge } from "./StatusBadge";
import { useEventId } from "./useEvent";

export function EventLayout() {
  const t = useT();
  const { may } = useDesk();
  const event = useQuery(eventQuery(useEventId()));
  if (event.data) {
    if (!may("see", event.data.organization_id)) return <ForbiddenPage title={event.data.title} />;
    return <Frame event={event.data} />;
  }
  if (isProblem(event.error) && [404, 422, 400].includes(event.error.status))
    return <NotFoundPage />;
  if (isProblem(event.error) && event.error.status === 403) {
    return <ForbiddenPage title={t("events.title")} />;
  }
  if (event.isError) return <ErrorPanel error={event.error} onRetry={() => void event.refetch()} />;
  return (
    <Loading>
      <div className="flex flex-col gap-4">
        <Skeleton className="h-8 w-2/3" />
        <Skeleton className="h-5 w-1/3" />
        <Skeleton className="h-11 w-full" />
        <Skeleton className="h-80 w-full" />
      </div>
    </Loading>
  );
}

function Frame({ event }: { readonly event: EventView }) {
  const t = useT();
  const { may } = useDesk();
  const mayEdit = may("edit", event.organization_id);
  return (
    <div className="flex flex-col gap-6">
      <div className="flex flex-col gap-4">
        <div className="flex flex-wrap items-start justify-between gap-4">
          <div className="flex min-w-0 flex-col gap-1">
            <p className="flex flex-wrap items-center gap-3 text-xl font-bold [overflow-wrap:anywhere]">
              <bdi>{event.title}</bdi>
              <StatusBadge status={event.status} />
            </p>
            <p className="flex flex-wrap gap-x-3 text-sm text-muted">
              <When at={event.starts_at} zone={event.time_zone} />
              <span>{event.time_zone}</span>
              <YourTime at={event.starts_at} zone={event.time_zone} />
            </p>
          </div>
          <div className="flex flex-wrap gap-2">
            {event.status !== "DRAFT" && (
              <a
                href={`/events/${event.event_id}`}
                className={buttonClass("secondary", "sm")}
                target="_blank"
                rel="noreferrer"
              >
                <ExternalLink size={16} aria-hidden="true" />
                {t("event.view")}
              </a>
            )}
            {event.status === "PUBLISHED" && <EmbedButton event={event} />}
            {mayEdit && <EventActions event={event} />}
          </div>
        </div>
        {event.status === "CANCELLED" && event.cancellation_reason && (
          <Notice tone="danger">
            <bdi>{event.cancellation_reason}</bdi>
          </Notice>
        )}
        <EventTabs event={event} />
      </div>
      <Outlet />
    </div>
  );
}
