// What the widget shows, worked out from the event, its figures and the time. Pure.
import { totalOf, unitPrice } from "../shared/catalogue/price";
import type { EventView, TicketTypeView } from "../shared/catalogue/queries";
import {
  type EventSale,
  eventSale,
  nextOpening,
  type TypeSale,
  typeSale,
} from "../shared/catalogue/saleState";
import { formatSelection, type Line } from "../shared/catalogue/selection";
import type { MoneyValue } from "../shared/lib/money";
import type { Availability } from "../shared/live/useAvailability";

export interface Row {
  readonly type: TicketTypeView;
  readonly sale: TypeSale;
  /** How many can be chosen; only 0 where the type can't be bought now. */
  readonly quantities: readonly number[];
  readonly chosen: number;
}

export interface Box {
  readonly sale: EventSale;
  readonly rows: readonly Row[];
  readonly opensAt: string | null;
  readonly count: number;
  readonly total: MoneyValue;
  /** Where the button leads, below the address of the shop. */
  readonly path: string;
}

/** Longer lists are no help: whoever wants more goes to the event's own page. */
const LONGEST_LIST = 20;

export type Choice = ReadonlyMap<string, number>;

export function boxOf(
  event: EventView,
  figures: Availability | undefined,
  choice: Choice,
  now: number,
): Box {
  const sale = eventSale(event, figures, now);
  const rows = event.ticket_types
    .map((type) => ({ type, sale: typeSale(type, figures, now) }))
    .filter((row) => row.sale.kind !== "disabled")
    .map((row) => withChoice(event, row, choice));
  const lines: Line[] = rows
    .filter((row) => row.chosen > 0)
    .map((row) => ({ ticketTypeId: row.type.ticket_type_id, quantity: row.chosen }));
  const page = `/events/${encodeURIComponent(event.event_id)}`;
  const namesPrice = rows.some(
    (row) => row.chosen > 0 && row.type.price.kind === "pay_what_you_want",
  );
  return {
    sale,
    rows,
    opensAt: nextOpening(event, now),
    count: lines.reduce((sum, line) => sum + line.quantity, 0),
    total: totalOf(event, lines),
    // A price that the buyer names is chosen on the event's own page.
    path:
      lines.length > 0 && !namesPrice
        ? `${page}/checkout?t=${encodeURIComponent(formatSelection(lines))}`
        : page,
  };
}

function withChoice(
  event: EventView,
  { type, sale }: Pick<Row, "type" | "sale">,
  choice: Choice,
): Row {
  const wanted = choice.get(type.ticket_type_id) ?? 0;
  if (sale.kind !== "available" && sale.kind !== "few") {
    return { type, sale, quantities: [0], chosen: 0 };
  }
  const others = [...choice].reduce(
    (sum, [id, count]) => (id === type.ticket_type_id ? sum : sum + count),
    0,
  );
  const most = Math.min(
    type.max_per_order,
    event.per_person_cap - others,
    sale.left,
    type.min_per_order + LONGEST_LIST - 1,
  );
  const quantities = [0];
  for (let count = type.min_per_order; count <= most; count += 1) quantities.push(count);
  return { type, sale, quantities, chosen: quantities.includes(wanted) ? wanted : 0 };
}

/** The price of one ticket, or the bounds of a price that the buyer names. */
export function priceOf(type: TicketTypeView): { readonly from: number; readonly to: number } {
  return type.price.kind === "pay_what_you_want"
    ? { from: type.price.minimum, to: type.price.maximum }
    : { from: unitPrice(type, undefined), to: unitPrice(type, undefined) };
}

/** What a screen reader is told of a change: types that are gone, and those that are back. */
export function newsOf(before: Box | null, after: Box): { gone: string[]; back: string[] } {
  const isThere = (row: Row | undefined) =>
    row?.sale.kind === "available" || row?.sale.kind === "few";
  const was = new Map(before?.rows.map((row) => [row.type.ticket_type_id, row]));
  const changed = after.rows.filter((row) => {
    const old = was.get(row.type.ticket_type_id);
    return old && old.sale.kind !== "unknown" && isThere(old) !== isThere(row);
  });
  const names = (rows: readonly Row[]) => rows.map((row) => row.type.name);
  return {
    gone: names(changed.filter((row) => !isThere(row))),
    back: names(changed.filter((row) => isThere(row))),
  };
}
