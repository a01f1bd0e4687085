// The events found, as cards; more are loaded when the end comes near.
import type { InfiniteData, UseInfiniteQueryResult } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { CalendarSearch } from "lucide-react";
import { useEffect, useRef } from "react";
import type { Schemas } from "../../shared/api/client";
import { Button } from "../../shared/ui/Button";
import { buttonClass } from "../../shared/ui/buttonClass";
import { EmptyState } from "../../shared/ui/EmptyState";
import { ErrorPanel } from "../../shared/ui/ErrorPanel";
import { Loading } from "../../shared/ui/Loading";
import { useT } from "../i18n/useT";
import { CardSkeleton } from "./CardSkeleton";
import { EventCard } from "./EventCard";
import { countFilters, type Filters } from "./filters";

type Page = Schemas["Page_EventSummary"];

interface Props {
  readonly filters: Filters;
  readonly events: UseInfiniteQueryResult<InfiniteData<Page>>;
}

const GRID = "grid gap-5 sm:grid-cols-2 lg:grid-cols-3";

export function EventList({ filters, events }: Props) {
  const t = useT();
  const shown = events.data?.pages.flatMap((page) => page.data) ?? [];
  const more = useRef<HTMLDivElement>(null);
  const { hasNextPage, isFetchingNextPage, fetchNextPage, isFetchNextPageError } = events;
  useEffect(() => {
    const element = more.current;
    if (!element || !hasNextPage || isFetchingNextPage || isFetchNextPageError) return;
    const observer = new IntersectionObserver(
      ([entry]) => entry?.isIntersecting && void fetchNextPage(),
      { rootMargin: "600px" },
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, [hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage]);

  if (events.isPending) {
    return (
      <Loading>
        <div className={GRID}>
          {[1, 2, 3, 4, 5, 6].map((key) => (
            <CardSkeleton key={key} />
          ))}
        </div>
      </Loading>
    );
  }
  if (shown.length === 0 && !hasNextPage) return <NothingFound filters={filters} />;
  const counted = hasNextPage
    ? t("home.results.more", { count: shown.length })
    : t("home.results", { count: shown.length });
  return (
    <section aria-labelledby="found" className="flex flex-col gap-4">
      <h2 id="found" className="text-base font-semibold text-muted">
        <span role="status">{counted}</span>
      </h2>
      <ul className={GRID}>
        {shown.map((event) => (
          <li key={event.event_id} className="flex">
            <EventCard event={event} />
          </li>
        ))}
      </ul>
      {isFetchNextPageError && (
        <ErrorPanel error={events.error} onRetry={() => void fetchNextPage()} />
      )}
      {hasNextPage && (
        <div ref={more} className="flex justify-center pt-2">
          <Button isBusy={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            {t("action.more")}
          </Button>
        </div>
      )}
    </section>
  );
}

function NothingFound({ filters }: { readonly filters: Filters }) {
  const t = useT();
  const isFiltered = countFilters(filters) > 0 || filters.q !== undefined;
  return (
    <EmptyState
      icon={<CalendarSearch size={28} />}
      title={isFiltered ? t("home.empty.title") : t("home.none.title")}
      action={
        isFiltered && (
          <Link to="/" search={{}} className={buttonClass("primary")}>
            {t("home.empty.clear")}
          </Link>
        )
      }
    >
      {isFiltered ? t("home.empty.text") : t("home.none.text")}
    </EmptyState>
  );
}
