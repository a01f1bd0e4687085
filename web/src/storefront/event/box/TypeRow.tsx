// One ticket type: name, price, how it stands, and how many.
import { useId } from "react";
import type { EventView, TicketTypeView } from "../../../shared/catalogue/queries";
import type { TypeSale } from "../../../shared/catalogue/saleState";
import type { Line } from "../../../shared/catalogue/selection";
import { Stepper } from "../../../shared/ui/Stepper";
import { LimitNote } from "./LimitNote";
import { limitOf } from "./limits";
import { NamedPrice } from "./NamedPrice";
import { TypePrice } from "./TypePrice";
import { TypeState } from "./TypeState";

interface Props {
  readonly event: EventView;
  readonly type: TicketTypeView;
  readonly sale: TypeSale;
  readonly lines: readonly Line[];
  readonly now: number;
  readonly onChange: (line: Line) => void;
}

export function TypeRow({ event, type, sale, lines, now, onChange }: Props) {
  const id = useId();
  const line = lines.find((one) => one.ticketTypeId === type.ticket_type_id);
  const quantity = line?.quantity ?? 0;
  const isOpen = sale.kind === "available" || sale.kind === "few";
  const limit = limitOf(event, type, lines, isOpen ? sale.left : 0);
  const change = (next: Partial<Line>) =>
    onChange({ ticketTypeId: type.ticket_type_id, quantity, unitPrice: line?.unitPrice, ...next });
  return (
    <li className="flex flex-col gap-3 py-4">
      <div className="flex items-center justify-between gap-3">
        <div className="min-w-0">
          <h3 dir="auto" className="font-semibold">
            {type.name}
          </h3>
          <p>
            <TypePrice price={type.price} currency={event.currency} />
          </p>
          {type.description && (
            <p className="text-sm text-muted">
              <bdi>{type.description}</bdi>
            </p>
          )}
          <TypeState id={`${id}-state`} type={type} sale={sale} now={now} />
        </div>
        {isOpen && (
          <Stepper
            name={type.name}
            value={Math.min(quantity, Math.max(limit.most, 0))}
            min={type.min_per_order}
            max={limit.most}
            describedBy={`${id}-state ${id}-limit`}
            onChange={(value) => change({ quantity: value })}
          />
        )}
      </div>
      {isOpen && (
        <LimitNote
          id={`${id}-limit`}
          type={type}
          limit={limit}
          quantity={quantity}
          cap={event.per_person_cap}
        />
      )}
      {isOpen && type.price.kind === "pay_what_you_want" && quantity > 0 && (
        <NamedPrice
          price={type.price}
          currency={event.currency}
          value={line?.unitPrice}
          onChange={(unitPrice) => change({ unitPrice })}
        />
      )}
    </li>
  );
}
