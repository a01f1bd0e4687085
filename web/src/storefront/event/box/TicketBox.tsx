// The box beside an event: choose ticket types and quantities, see what is left, go on to pay.
import { useNavigate } from "@tanstack/react-router";
import { useId } from "react";
import { isPriceAccepted, totalOf } from "../../../shared/catalogue/price";
import type { EventView } from "../../../shared/catalogue/queries";
import type { EventSale } from "../../../shared/catalogue/saleState";
import { typeSale } from "../../../shared/catalogue/saleState";
import { formatSelection } from "../../../shared/catalogue/selection";
import type { Availability, LiveState } from "../../../shared/live/useAvailability";
import { Button } from "../../../shared/ui/Button";
import { StaleNotice } from "../../../shared/ui/StaleNotice";
import { useT } from "../../i18n/useT";
import { BottomBar } from "./BottomBar";
import { ClosedNotice } from "./ClosedNotice";
import { MyHold } from "./MyHold";
import { StockAnnouncer } from "./StockAnnouncer";
import { Total } from "./Total";
import { TypeRow } from "./TypeRow";
import { useSelection } from "./useSelection";

interface Props {
  readonly event: EventView;
  readonly sale: EventSale;
  readonly availability: Availability | undefined;
  readonly live: LiveState;
  readonly now: number;
}

export function TicketBox({ event, sale, availability, live, now }: Props) {
  const t = useT();
  const id = useId();
  const navigate = useNavigate();
  const [lines, setLine] = useSelection(event.event_id);

  const isChosen = (id: string) => lines.some((line) => line.ticketTypeId === id);
  const rows = event.ticket_types
    .map((type) => ({ type, sale: typeSale(type, availability, now) }))
    // What the organizer keeps off sale is shown to nobody who hasn't chosen it already.
    .filter(({ type, sale }) => sale.kind !== "disabled" || isChosen(type.ticket_type_id));
  const buyable = lines.filter((line) => {
    const row = rows.find(({ type }) => type.ticket_type_id === line.ticketTypeId);
    return row && (row.sale.kind === "available" || row.sale.kind === "few");
  });
  const count = buyable.reduce((sum, line) => sum + line.quantity, 0);
  const isAcceptable = buyable.every((line) => {
    const row = rows.find(({ type }) => type.ticket_type_id === line.ticketTypeId);
    return row && isPriceAccepted(row.type, line.unitPrice);
  });
  const total = totalOf(event, buyable);
  const isClosed = ["cancelled", "suspended", "over", "draft", "ended"].includes(sale);
  const goOn = () => {
    if (count === 0 || !isAcceptable) {
      document.getElementById(id)?.focus();
      document.getElementById(id)?.scrollIntoView({ block: "start" });
      return;
    }
    const t = formatSelection(buyable);
    void navigate({
      to: "/events/$eventId/checkout",
      params: { eventId: event.event_id },
      search: { t },
    });
  };

  return (
    <aside
      aria-labelledby={id}
      className="flex flex-col gap-4 lg:sticky lg:top-20 lg:col-start-2 lg:row-span-2 lg:row-start-2 lg:self-start"
    >
      <MyHold eventId={event.event_id} />
      <ClosedNotice
        event={event}
        sale={sale}
        now={now}
        isHeld={rows.some((row) => row.sale.kind === "held")}
      />
      {!["cancelled", "over", "draft"].includes(sale) && (
        <section className="card flex flex-col p-5 lg:max-h-[calc(100dvh-6.5rem)]">
          <h2 id={id} tabIndex={-1} className="scroll-mt-24 text-xl font-bold">
            {t("box.title")}
          </h2>
          {live.kind === "stale" && (
            <div className="mt-3">
              <StaleNotice since={live.since} />
            </div>
          )}
          <ul className="divide-y divide-border lg:-mx-5 lg:overflow-y-auto lg:px-5">
            {rows.map(({ type, sale }) => (
              <TypeRow
                key={type.ticket_type_id}
                event={event}
                type={type}
                sale={sale}
                lines={lines}
                now={now}
                onChange={setLine}
              />
            ))}
          </ul>
          {!isClosed && sale !== "soon" && sale !== "soldout" && (
            <div className="flex flex-col gap-3 border-t border-border pt-4 max-lg:hidden">
              <Total count={count} total={total} />
              <Button tone="primary" size="lg" onClick={goOn}>
                {t("box.continue")}
              </Button>
              <p className="min-h-6 text-center text-sm text-muted">
                {count === 0 && t("box.choose")}
              </p>
            </div>
          )}
        </section>
      )}
      <StockAnnouncer event={event} rows={rows} />
      {(sale === "onsale" || sale === "few") && (
        <BottomBar event={event} count={count} total={total} onGoOn={goOn} />
      )}
    </aside>
  );
}
