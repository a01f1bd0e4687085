// Who comes to an event: search, filter, load more, export.
import { useInfiniteQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { Users } from "lucide-react";
import { cx } from "../../shared/lib/cx";
import { EmptyState } from "../../shared/ui/EmptyState";
import { ErrorPanel } from "../../shared/ui/ErrorPanel";
import { Loading } from "../../shared/ui/Loading";
import { PageHeading } from "../../shared/ui/PageHeading";
import { SelectField } from "../../shared/ui/SelectField";
import { Skeleton } from "../../shared/ui/Skeleton";
import { useEvent } from "../event/useEvent";
import { ExportPanel } from "../exports/ExportPanel";
import { useT } from "../i18n/useT";
import { MoreRows } from "../kit/MoreRows";
import { SearchField } from "../kit/SearchField";
import { AttendeesTable } from "./AttendeesTable";
import { attendeesQuery } from "./queries";
import { readAttendeeSearch, TICKET_STATUSES } from "./search";

export function AttendeesPage() {
  const t = useT();
  const event = useEvent();
  const search = useSearch({ from: "/events/$eventId/attendees" });
  const attendees = useInfiniteQuery(attendeesQuery(event.event_id, search));
  const shown = attendees.data?.pages.flatMap((page) => page.data) ?? [];
  const isFiltered = Object.keys(search).length > 0;
  const scope = { organizationId: event.organization_id, eventId: event.event_id };
  return (
    <div className="flex flex-col gap-6">
      <PageHeading title={t("attendees.title")} className="text-2xl!" />
      <Filters />
      <ExportPanel scope={scope} data="attendees" zone={event.time_zone} />
      {attendees.isPending && (
        <Loading>
          <div className="card flex flex-col gap-5 p-5">
            {["a", "b", "c", "d", "e"].map((key) => (
              <Skeleton key={key} className="h-8 w-full" />
            ))}
          </div>
        </Loading>
      )}
      {attendees.isError && (
        <ErrorPanel error={attendees.error} onRetry={() => void attendees.refetch()} />
      )}
      {attendees.isSuccess && shown.length === 0 && !attendees.hasNextPage && (
        <EmptyState icon={<Users size={28} />} title={t("attendees.empty.title")}>
          <p>{t(isFiltered ? "attendees.empty.filter" : "attendees.empty.text")}</p>
        </EmptyState>
      )}
      {shown.length > 0 && (
        <div
          aria-busy={attendees.isPlaceholderData}
          className={cx(attendees.isPlaceholderData && "opacity-70")}
        >
          <AttendeesTable attendees={shown} zone={event.time_zone} />
        </div>
      )}
      {attendees.isSuccess && (
        <MoreRows
          isSearch={search.q !== undefined}
          shown={shown.length}
          hasMore={attendees.hasNextPage}
          isBusy={attendees.isFetchingNextPage}
          onMore={() => void attendees.fetchNextPage()}
        />
      )}
    </div>
  );
}

function Filters() {
  const t = useT();
  const event = useEvent();
  const navigate = useNavigate({ from: "/events/$eventId/attendees" });
  const search = useSearch({ from: "/events/$eventId/attendees" });
  const change = (next: Record<string, string>) =>
    void navigate({ search: readAttendeeSearch({ ...search, ...next }), replace: true });
  return (
    <search className="flex flex-wrap items-end gap-4">
      <SearchField
        label={t("orders.search")}
        placeholder={t("attendees.search.placeholder")}
        value={search.q ?? ""}
        onSearch={(q) => change({ q })}
      />
      <SelectField
        label={t("ticket.type")}
        fieldClassName="basis-48 max-sm:grow max-sm:basis-32"
        value={search.type ?? ""}
        onChange={(chosen) => change({ type: chosen.target.value })}
      >
        <option value="">{t("orders.status.all")}</option>
        {event.ticket_types.map((type) => (
          <option key={type.ticket_type_id} value={type.ticket_type_id}>
            {type.name}
          </option>
        ))}
      </SelectField>
      <SelectField
        label={t("ticket.status")}
        fieldClassName="basis-40 max-sm:grow max-sm:basis-32"
        value={search.status ?? ""}
        onChange={(chosen) => change({ status: chosen.target.value })}
      >
        <option value="">{t("orders.status.all")}</option>
        {TICKET_STATUSES.map((status) => (
          <option key={status} value={status}>
            {t(`ticket.status.${status}`)}
          </option>
        ))}
      </SelectField>
    </search>
  );
}
