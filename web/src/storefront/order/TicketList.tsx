// All tickets of an order, and one of them in full size for the door.
import { useState } from "react";
import type { EventView } from "../../shared/catalogue/queries";
import { Notice } from "../../shared/ui/Notice";
import { Skeleton } from "../../shared/ui/Skeleton";
import type { Ticket } from "../booking/queries";
import { useT } from "../i18n/useT";
import { TicketCard } from "./TicketCard";
import { TicketDialog } from "./TicketDialog";

interface Props {
  readonly event: EventView;
  readonly tickets: readonly Ticket[];
  readonly wanted: number;
  readonly orderId: string;
}

export function TicketList({ event, tickets, wanted, orderId }: Props) {
  const t = useT();
  const [shown, setShown] = useState<number | null>(null);
  return (
    <section aria-label={t("order.title")} className="flex flex-col gap-4">
      {tickets.length < wanted && (
        <Notice role="status">
          <p>{t("order.issuing")}</p>
        </Notice>
      )}
      <ul className="flex flex-col gap-4">
        {tickets.map((ticket, index) => (
          <li key={ticket.ticket_id}>
            <TicketCard
              event={event}
              ticket={ticket}
              orderId={orderId}
              index={index + 1}
              count={wanted}
              onEnlarge={() => setShown(index)}
            />
          </li>
        ))}
        {tickets.length === 0 && (
          <li>
            <Skeleton className="h-72 rounded-lg" />
          </li>
        )}
      </ul>
      <TicketDialog
        event={event}
        tickets={tickets}
        orderId={orderId}
        shown={shown}
        onShow={setShown}
      />
    </section>
  );
}
