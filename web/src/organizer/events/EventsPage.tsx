// All events of the organisation, drafts too, with what they sold.
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { CalendarPlus, Plus } from "lucide-react";
import { Button } from "../../shared/ui/Button";
import { buttonClass } from "../../shared/ui/buttonClass";
import { EmptyState } from "../../shared/ui/EmptyState";
import { ErrorPanel } from "../../shared/ui/ErrorPanel";
import { Loading } from "../../shared/ui/Loading";
import { PageHeading } from "../../shared/ui/PageHeading";
import { Skeleton } from "../../shared/ui/Skeleton";
import { ForbiddenPage } from "../desk/ForbiddenPage";
import { useDesk } from "../desk/useDesk";
import { WelcomePage } from "../desk/WelcomePage";
import { eventsQuery, salesQuery } from "../event/queries";
import { useT } from "../i18n/useT";
import { EventsTable } from "./EventsTable";

export function EventsPage() {
  const t = useT();
  const { organizationId, may } = useDesk();
  if (!organizationId) return <WelcomePage />;
  if (!may("see")) return <ForbiddenPage title={t("events.title")} />;
  return <EventList organizationId={organizationId} mayEdit={may("edit")} />;
}

interface Props {
  readonly organizationId: string;
  readonly mayEdit: boolean;
}

function EventList({ organizationId, mayEdit }: Props) {
  const t = useT();
  const events = useInfiniteQuery(eventsQuery(organizationId));
  const sales = useQuery(salesQuery(organizationId));
  const rows = events.data?.pages.flatMap((page) => page.data) ?? [];
  const create = mayEdit && (
    <Link to="/new" className={buttonClass("primary")}>
      <Plus size={18} aria-hidden="true" />
      {t("events.create")}
    </Link>
  );
  return (
    <div className="flex flex-col gap-6">
      <div className="flex flex-wrap items-center justify-between gap-4">
        <PageHeading title={t("events.title")} />
        {rows.length > 0 && create}
      </div>
      {events.isPending && (
        <Loading>
          <div className="card flex flex-col gap-5 p-5">
            {["a", "b", "c", "d"].map((key) => (
              <Skeleton key={key} className="h-10 w-full" />
            ))}
          </div>
        </Loading>
      )}
      {events.isError && <ErrorPanel error={events.error} onRetry={() => void events.refetch()} />}
      {events.isSuccess && rows.length === 0 && (
        <EmptyState
          icon={<CalendarPlus size={28} />}
          title={t("events.empty.title")}
          action={create || undefined}
        >
          <p>{t("events.empty.text")}</p>
        </EmptyState>
      )}
      {rows.length > 0 && <EventsTable events={rows} report={sales.data} />}
      {events.hasNextPage && (
        <Button
          className="self-center"
          isBusy={events.isFetchingNextPage}
          onClick={() => void events.fetchNextPage()}
        >
          {t("action.more")}
        </Button>
      )}
    </div>
  );
}
