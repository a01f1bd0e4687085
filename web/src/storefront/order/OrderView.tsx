// A paid order.
import { Link } from "@tanstack/react-router";
import { CalendarPlus, PartyPopper, Printer } from "lucide-react";
import { placeOf } from "../../shared/catalogue/place";
import type { EventView } from "../../shared/catalogue/queries";
import { downloadCalendar } from "../../shared/lib/calendar";
import { Button } from "../../shared/ui/Button";
import { buttonClass } from "../../shared/ui/buttonClass";
import { Notice } from "../../shared/ui/Notice";
import { PageHeading } from "../../shared/ui/PageHeading";
import type { Order, Ticket } from "../booking/queries";
import { useT } from "../i18n/useT";
import { OrderLink } from "./OrderLink";
import { OrderTimeline } from "./OrderTimeline";
import { Receipt } from "./Receipt";
import { TicketList } from "./TicketList";

interface Props {
  readonly order: Order;
  readonly event: EventView;
  readonly tickets: readonly Ticket[];
}

export function OrderView({ order, event, tickets }: Props) {
  const t = useT();
  const wanted = order.items.reduce((sum, item) => sum + item.quantity, 0);
  const place = placeOf(event);
  return (
    <div className="mx-auto flex w-full max-w-3xl flex-col gap-6 py-4">
      <div className="flex flex-col gap-1">
        <PageHeading title={t("order.title")}>
          <span className="flex items-center gap-3">
            {t("order.thanks")}
            <PartyPopper size={30} aria-hidden="true" className="text-warn" />
          </span>
        </PageHeading>
        {order.contact && (
          <p className="text-lg">{t("order.sent", { email: order.contact.email })}</p>
        )}
        <p className="text-sm break-all text-muted">{t("order.number", { id: order.order_id })}</p>
      </div>
      {event.status === "CANCELLED" && (
        <Notice tone="danger" role="status">
          <p className="font-semibold">{t("event.cancelled.title")}</p>
          {event.cancellation_reason && (
            <p>{t("event.cancelled.reason", { reason: event.cancellation_reason })}</p>
          )}
          <p>{t("event.cancelled.text")}</p>
        </Notice>
      )}
      <TicketList event={event} tickets={tickets} wanted={wanted} orderId={order.order_id} />
      <div className="flex flex-wrap gap-3 print:hidden">
        <Button
          icon={<CalendarPlus size={18} aria-hidden="true" />}
          onClick={() =>
            downloadCalendar({
              id: event.event_id,
              title: event.title,
              startsAt: event.starts_at,
              endsAt: event.ends_at ?? null,
              location: [place.title, place.address].filter(Boolean).join(", "),
              url: new URL(`/events/${event.event_id}`, window.location.origin).href,
            })
          }
        >
          {t("event.calendar")}
        </Button>
        <Button icon={<Printer size={18} aria-hidden="true" />} onClick={() => window.print()}>
          {t("order.print")}
        </Button>
        <Link
          to="/events/$eventId"
          params={{ eventId: event.event_id }}
          className={`${buttonClass("quiet")} -ms-4`}
        >
          {t("order.event")}
        </Link>
      </div>
      <OrderLink orderId={order.order_id} />
      <div className="grid gap-6 md:grid-cols-2">
        <Receipt order={order} event={event} />
        <OrderTimeline orderId={order.order_id} status={order.status} />
      </div>
    </div>
  );
}
