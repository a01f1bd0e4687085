// One ticket: what it opens, and its code on white, also in the dark.
import { CalendarDays, MapPin, Maximize2 } from "lucide-react";
import { placeOf } from "../../shared/catalogue/place";
import type { EventView } from "../../shared/catalogue/queries";
import { Button } from "../../shared/ui/Button";
import { When } from "../../shared/ui/When";
import type { Ticket } from "../booking/queries";
import { useT } from "../i18n/useT";
import { QrCode } from "./QrCode";

interface Props {
  readonly event: EventView;
  readonly ticket: Ticket;
  readonly orderId: string;
  readonly index: number;
  readonly count: number;
  readonly onEnlarge: () => void;
}

export function TicketCard({ event, ticket, orderId, index, count, onEnlarge }: Props) {
  const t = useT();
  const type = event.ticket_types.find((one) => one.ticket_type_id === ticket.ticket_type_id);
  const name = type?.name ?? t("box.title");
  const place = placeOf(event);
  return (
    <article className="card flex break-inside-avoid flex-col overflow-hidden sm:flex-row">
      <div className="flex min-w-0 flex-1 flex-col gap-3 p-5 sm:p-6">
        <p className="text-sm font-semibold text-primary">{t("order.ticket", { index, count })}</p>
        <div>
          <h2 dir="auto" className="text-xl font-bold">
            {event.title}
          </h2>
          <p className="text-lg font-medium">
            <bdi>{name}</bdi>
          </p>
        </div>
        <p className="flex gap-2.5 text-muted">
          <CalendarDays size={20} aria-hidden="true" className="mt-0.5 shrink-0" />
          <When at={event.starts_at} zone={event.time_zone} style="full" />
        </p>
        {place.title && (
          <p className="flex gap-2.5 text-muted">
            <MapPin size={20} aria-hidden="true" className="mt-0.5 shrink-0" />
            <span>
              <bdi>{place.title}</bdi>
              {place.address && (
                <span className="block text-sm">
                  <bdi>{place.address}</bdi>
                </span>
              )}
            </span>
          </p>
        )}
        <p className="mt-auto pt-2 text-xs text-muted">
          {t("order.ticket.code")}
          <span className="block font-mono break-all">{ticket.ticket_id}</span>
        </p>
      </div>
      <div className="flex flex-col items-center justify-center gap-3 border-dashed border-border bg-surface p-5 max-sm:border-t-2 sm:border-s-2">
        <QrCode ticket={ticket} orderId={orderId} alt={t("order.ticket.qr", { index, name })} />
        <Button
          size="sm"
          className="print:hidden"
          icon={<Maximize2 size={16} aria-hidden="true" />}
          onClick={onEnlarge}
        >
          {t("order.ticket.large")}
        </Button>
      </div>
    </article>
  );
}
