// The events as a table; on phones each row is a card.
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { availabilityQuery } from "../../shared/catalogue/queries";
import { useI18n } from "../../shared/i18n/context";
import { Money } from "../../shared/ui/Money";
import { Skeleton } from "../../shared/ui/Skeleton";
import { When } from "../../shared/ui/When";
import type { EventSummary, SalesReport } from "../event/queries";
import { StatusBadge } from "../event/StatusBadge";
import { useT } from "../i18n/useT";
import { CELL, HEAD, ROW, TABLE } from "../kit/table";

interface Props {
  readonly events: readonly EventSummary[];
  readonly report: SalesReport | undefined;
}

export function EventsTable({ events, report }: Props) {
  const t = useT();
  return (
    <div className="card overflow-x-auto">
      <table className={TABLE}>
        <caption className="sr-only">{t("events.title")}</caption>
        <thead className={HEAD}>
          <tr>
            <th scope="col">{t("events.column.event")}</th>
            <th scope="col">{t("events.column.status")}</th>
            <th scope="col">{t("events.column.when")}</th>
            <th scope="col">{t("events.column.sold")}</th>
            <th scope="col">{t("events.column.revenue")}</th>
          </tr>
        </thead>
        <tbody>
          {events.map((event) => (
            <Row key={event.event_id} event={event} report={report} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row({ event, report }: { readonly event: EventSummary } & Pick<Props, "report">) {
  const t = useT();
  const sales = report?.events.find((one) => one.event_id === event.event_id);
  return (
    <tr className={ROW}>
      <th scope="row" className={`${CELL} text-start`}>
        <span className="min-w-0">
          <Link
            to={event.status === "DRAFT" ? "/events/$eventId/edit" : "/events/$eventId"}
            params={{ eventId: event.event_id }}
            className="inline-flex min-h-6 items-center font-semibold [overflow-wrap:anywhere] hover:underline"
          >
            <bdi>{event.title}</bdi>
          </Link>
          {event.venue && (
            <span className="block text-sm font-normal text-muted">
              <bdi>{[event.venue.name, event.venue.city].filter(Boolean).join(", ")}</bdi>
            </span>
          )}
        </span>
      </th>
      <td className={CELL}>
        <StatusBadge status={event.status} />
      </td>
      <td className={CELL} data-label={t("events.column.when")}>
        <When at={event.starts_at} zone={event.time_zone} />
      </td>
      <td className={CELL} data-label={t("events.column.sold")}>
        <Sold eventId={event.event_id} />
      </td>
      <td className={CELL} data-label={t("events.column.revenue")}>
        {sales ? <Money value={sales.revenue} /> : "–"}
      </td>
    </tr>
  );
}

/** “120 of 400”, with a bar. */
function Sold({ eventId }: { readonly eventId: string }) {
  const t = useT();
  const { locale } = useI18n();
  const { data, isPending } = useQuery(availabilityQuery(eventId));
  if (isPending) return <Skeleton className="h-5 w-24" />;
  if (!data) return <>–</>;
  const number = (value: number) => new Intl.NumberFormat(locale).format(value);
  if (data.total_capacity == null)
    return <span className="text-muted">{t("events.noCapacity")}</span>;
  const share = data.total_capacity > 0 ? Math.min(1, data.sold / data.total_capacity) : 0;
  return (
    <span className="tabular flex flex-col gap-1.5">
      {t("events.soldOf", { sold: number(data.sold), capacity: number(data.total_capacity) })}
      <span
        aria-hidden="true"
        className="block h-1.5 w-28 overflow-hidden rounded-full bg-surface-2"
      >
        <span className="block h-full bg-primary" style={{ width: `${share * 100}%` }} />
      </span>
    </span>
  );
}
