// What is on: search results, or everything that comes next. The server writes its top into the page as well.
import { useInfiniteQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { ErrorPanel } from "../../shared/ui/ErrorPanel";
import { PageHeading } from "../../shared/ui/PageHeading";
import { useT } from "../i18n/useT";
import { EventList } from "./EventList";
import { FilterBar } from "./FilterBar";
import { eventsQuery } from "./queries";

const route = getRouteApi("/");

export function HomePage() {
  const t = useT();
  const filters = route.useSearch();
  const events = useInfiniteQuery(eventsQuery(filters));
  const title = filters.q ? t("home.results.for", { query: filters.q }) : t("home.title");
  return (
    <div className="flex flex-col gap-6">
      <div className="pt-2 sm:pt-4">
        <PageHeading title={title} className="sm:text-4xl" />
        {!filters.q && <p className="mt-2 text-lg text-muted">{t("home.lead")}</p>}
      </div>
      <FilterBar filters={filters} />
      {events.isError && !events.data ? (
        <ErrorPanel error={events.error} onRetry={() => void events.refetch()} />
      ) : (
        <EventList filters={filters} events={events} />
      )}
    </div>
  );
}
