// Chosen lines with their prices, as a hold would have them.
import { unitPrice } from "../../shared/catalogue/price";
import type { EventView } from "../../shared/catalogue/queries";
import type { Line } from "../../shared/catalogue/selection";
import type { Reservation } from "../booking/queries";

export type Item = Reservation["items"][number];

export function toItems(event: EventView, lines: readonly Line[]): Item[] {
  return lines.flatMap((line) => {
    const type = event.ticket_types.find((one) => one.ticket_type_id === line.ticketTypeId);
    if (!type) return [];
    const price = unitPrice(type, line.unitPrice);
    const money = (amount: number) => ({ amount, currency: event.currency });
    return {
      ticket_type_id: line.ticketTypeId,
      quantity: line.quantity,
      unit_price: money(price),
      line_total: money(price * line.quantity),
    };
  });
}

/** The lines of a hold, to hold the same again. */
export function toLines(event: EventView, items: readonly Item[]): Line[] {
  return items.map(({ ticket_type_id, quantity, unit_price }) => {
    const type = event.ticket_types.find((one) => one.ticket_type_id === ticket_type_id);
    const isNamed = type?.price.kind === "pay_what_you_want";
    return {
      ticketTypeId: ticket_type_id,
      quantity,
      ...(isNamed && { unitPrice: unit_price.amount }),
    };
  });
}
