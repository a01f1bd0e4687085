// One order: what was bought by whom, its tickets, and what happened when.
import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { ArrowLeft } from "lucide-react";
import type { ReactNode } from "react";
import { isProblem } from "../../shared/api/problem";
import { type EventView, eventQuery } from "../../shared/catalogue/queries";
import { localZone } from "../../shared/lib/time";
import { Badge } from "../../shared/ui/Badge";
import { ErrorPanel } from "../../shared/ui/ErrorPanel";
import { Loading } from "../../shared/ui/Loading";
import { Money } from "../../shared/ui/Money";
import { PageHeading } from "../../shared/ui/PageHeading";
import { Skeleton } from "../../shared/ui/Skeleton";
import { When } from "../../shared/ui/When";
import { ForbiddenPage } from "../desk/ForbiddenPage";
import { useT } from "../i18n/useT";
import { shortNumber } from "../kit/ids";
import { CELL, HEAD, ROW, TABLE } from "../kit/table";
import { NotFoundPage } from "../layout/NotFoundPage";
import { OrderBadge } from "./OrderBadge";
import { type OrderView, orderQuery, ticketsQuery, timelineQuery } from "./queries";
import { Timeline } from "./Timeline";

export function OrderPage() {
  const t = useT();
  const { orderId } = useParams({ from: "/orders/$orderId" });
  const order = useQuery(orderQuery(orderId));
  if (order.data) return <Found order={order.data} />;
  if (isProblem(order.error) && [400, 404, 422].includes(order.error.status))
    return <NotFoundPage />;
  if (isProblem(order.error) && order.error.status === 403) {
    return <ForbiddenPage title={t("orders.title")} />;
  }
  if (order.isError) return <ErrorPanel error={order.error} onRetry={() => void order.refetch()} />;
  return (
    <Loading>
      <div className="flex flex-col gap-4">
        <Skeleton className="h-9 w-72" />
        <Skeleton className="h-40 w-full" />
        <Skeleton className="h-40 w-full" />
      </div>
    </Loading>
  );
}

function Found({ order }: { readonly order: OrderView }) {
  const t = useT();
  const event = useQuery(eventQuery(order.event_id)).data;
  const zone = event?.time_zone ?? localZone();
  const title = t("order.title", { number: shortNumber(order.order_id) });
  return (
    <div className="flex flex-col gap-6">
      <Link to="/orders" className="link inline-flex min-h-6 items-center gap-1 self-start text-sm">
        <ArrowLeft size={16} aria-hidden="true" className="rtl:-scale-x-100" />
        {t("orders.title")}
      </Link>
      <div className="flex flex-wrap items-center gap-3">
        <PageHeading title={title} />
        <OrderBadge order={order} />
      </div>
      <div className="grid items-start gap-6 lg:grid-cols-[2fr_1fr]">
        <div className="flex min-w-0 flex-col gap-6">
          <Card title={t("order.items")}>
            <Items order={order} event={event} />
          </Card>
          <Card title={t("order.tickets")}>
            <Tickets orderId={order.order_id} event={event} zone={zone} />
          </Card>
        </div>
        <div className="flex min-w-0 flex-col gap-6">
          <Card title={t("order.details")}>
            <dl className="flex flex-col gap-3 text-sm">
              <Detail label={t("events.column.event")}>
                <Link to="/events/$eventId" params={{ eventId: order.event_id }} className="link">
                  <bdi>{event?.title ?? shortNumber(order.event_id)}</bdi>
                </Link>
              </Detail>
              <Detail label={t("orders.column.buyer")}>
                {order.contact ? (
                  <>
                    {order.contact.name && <bdi className="block">{order.contact.name}</bdi>}
                    <a href={`mailto:${order.contact.email}`} className="link">
                      {order.contact.email}
                    </a>
                  </>
                ) : (
                  t("orders.erased")
                )}
              </Detail>
              <Detail label={t("order.number")}>{order.order_id}</Detail>
              {order.payment_reference && (
                <Detail label={t("order.reference")}>{order.payment_reference}</Detail>
              )}
            </dl>
          </Card>
          <Card title={t("order.timeline")}>
            <Steps orderId={order.order_id} zone={zone} />
          </Card>
        </div>
      </div>
    </div>
  );
}

function Card({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section className="card flex flex-col gap-4 overflow-hidden p-5">
      <h2 className="text-lg font-bold">{title}</h2>
      {children}
    </section>
  );
}

function Detail({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    <div>
      <dt className="text-muted">{label}</dt>
      <dd className="font-medium">{children}</dd>
    </div>
  );
}

function nameOf(event: EventView | undefined, typeId: string): string {
  return event?.ticket_types.find((one) => one.ticket_type_id === typeId)?.name ?? "…";
}

function Items({
  order,
  event,
}: {
  readonly order: OrderView;
  readonly event: EventView | undefined;
}) {
  const t = useT();
  return (
    <ul className="flex flex-col gap-2">
      {order.items.map((item) => (
        <li key={item.ticket_type_id} className="flex justify-between gap-4">
          <span className="min-w-0 [overflow-wrap:anywhere]">
            {item.quantity} × <bdi>{nameOf(event, item.ticket_type_id)}</bdi>{" "}
            <span className="text-sm text-muted">
              (<Money value={item.unit_price} />)
            </span>
          </span>
          <Money value={item.line_total} />
        </li>
      ))}
      <li className="flex justify-between gap-4 border-t border-border pt-2 font-bold">
        {t("orders.column.total")} <Money value={order.total} />
      </li>
    </ul>
  );
}

interface TicketsProps {
  readonly orderId: string;
  readonly event: EventView | undefined;
  readonly zone: string;
}

function Tickets({ orderId, event, zone }: TicketsProps) {
  const t = useT();
  const tickets = useQuery(ticketsQuery(orderId));
  if (tickets.isPending) return <Skeleton className="h-16 w-full" />;
  if (tickets.isError) {
    return <ErrorPanel error={tickets.error} onRetry={() => void tickets.refetch()} />;
  }
  if (tickets.data.length === 0) return <p className="text-muted">{t("order.tickets.none")}</p>;
  return (
    <div className="-mx-5 -mb-5 overflow-x-auto">
      <table className={TABLE}>
        <caption className="sr-only">{t("order.tickets")}</caption>
        <thead className={HEAD}>
          <tr>
            <th scope="col">{t("ticket.code")}</th>
            <th scope="col">{t("ticket.type")}</th>
            <th scope="col">{t("ticket.status")}</th>
            <th scope="col">{t("ticket.issued")}</th>
          </tr>
        </thead>
        <tbody>
          {tickets.data.map((ticket) => (
            <tr key={ticket.ticket_id} className={ROW}>
              <th scope="row" className={`${CELL} tabular max-w-48 text-start`}>
                <span className="block truncate" title={ticket.code}>
                  {shortNumber(ticket.ticket_id)}
                </span>
              </th>
              <td className={CELL} data-label={t("ticket.type")}>
                <bdi>{nameOf(event, ticket.ticket_type_id)}</bdi>
              </td>
              <td className={CELL} data-label={t("ticket.status")}>
                <Badge tone="success">{t(`ticket.status.${ticket.status}`)}</Badge>
              </td>
              <td className={`${CELL} text-muted`} data-label={t("ticket.issued")}>
                <When at={ticket.issued_at} zone={zone} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Steps({ orderId, zone }: { readonly orderId: string; readonly zone: string }) {
  const timeline = useQuery(timelineQuery(orderId));
  if (timeline.isPending) return <Skeleton className="h-40 w-full" />;
  if (timeline.isError) {
    return <ErrorPanel error={timeline.error} onRetry={() => void timeline.refetch()} />;
  }
  return <Timeline steps={timeline.data.steps} zone={zone} />;
}
