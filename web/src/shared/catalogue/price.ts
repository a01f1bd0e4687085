// What chosen tickets cost.
import type { EventView, TicketTypeView } from "./queries";
import type { Line } from "./selection";

/** The price of one ticket; where the buyer names it, the named or the suggested one. */
export function unitPrice(type: TicketTypeView, named: number | undefined): number {
  switch (type.price.kind) {
    case "free":
      return 0;
    case "fixed":
      return type.price.amount;
    case "pay_what_you_want":
      return named ?? type.price.suggested;
  }
}

/** Whether a named price is one the organizer accepts. */
export function isPriceAccepted(type: TicketTypeView, named: number | undefined): boolean {
  if (type.price.kind !== "pay_what_you_want") return true;
  const price = unitPrice(type, named);
  return price >= type.price.minimum && price <= type.price.maximum;
}

export function totalOf(event: EventView, lines: readonly Line[]) {
  const amount = lines.reduce((sum, line) => {
    const type = event.ticket_types.find((one) => one.ticket_type_id === line.ticketTypeId);
    return type ? sum + line.quantity * unitPrice(type, line.unitPrice) : sum;
  }, 0);
  return { amount, currency: event.currency };
}
