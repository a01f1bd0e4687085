// Orders and tickets as files, page by page from the API, with progress and a way to stop.
import type { EventView } from "../../shared/catalogue/queries";
import { exponent } from "../../shared/lib/money";
import { csvRow } from "./csv";
import { getOrders, getTickets, type OrderScope, type OrderView } from "./queries";

export type ExportKind = "orders" | "tickets";

interface Job {
  readonly scope: OrderScope;
  readonly event: EventView | undefined;
  readonly signal: AbortSignal;
  /** Called after each page with the number of rows so far. */
  readonly onProgress: (rows: number) => void;
}

const ORDER_COLUMNS = [
  "order_id",
  "event_id",
  "status",
  "paid_at",
  "name",
  "email",
  "tickets",
  "total",
  "currency",
  "payment_reference",
];
const TICKET_COLUMNS = [
  "ticket_id",
  "ticket_type",
  "status",
  "issued_at",
  "order_id",
  "event_id",
  "name",
  "email",
];

export async function exportOrders(kind: ExportKind, job: Job): Promise<string[]> {
  const rows = [csvRow(kind === "orders" ? ORDER_COLUMNS : TICKET_COLUMNS)];
  let cursor: string | null = null;
  do {
    const page: Awaited<ReturnType<typeof getOrders>> = await getOrders(
      job.scope,
      cursor,
      100,
      job.signal,
    );
    for (const order of page.data) {
      if (kind === "orders") rows.push(orderRow(order));
      else rows.push(...(await ticketRows(order, job)));
      if (kind === "tickets") job.onProgress(rows.length - 1);
    }
    job.onProgress(rows.length - 1);
    cursor = page.next_cursor ?? null;
  } while (cursor);
  return rows;
}

function orderRow(order: OrderView): string {
  const digits = exponent(order.total.currency);
  return csvRow([
    order.order_id,
    order.event_id,
    order.status,
    order.paid_at,
    order.contact?.name,
    order.contact?.email,
    order.items.reduce((sum, item) => sum + item.quantity, 0),
    Number((order.total.amount / 10 ** digits).toFixed(digits)),
    order.total.currency,
    order.payment_reference,
  ]);
}

async function ticketRows(order: OrderView, { event, signal }: Job): Promise<string[]> {
  const rows: string[] = [];
  let cursor: string | null = null;
  do {
    const page: Awaited<ReturnType<typeof getTickets>> = await getTickets(
      order.order_id,
      cursor,
      signal,
    );
    for (const ticket of page.data) {
      const type = event?.ticket_types.find((one) => one.ticket_type_id === ticket.ticket_type_id);
      rows.push(
        csvRow([
          ticket.ticket_id,
          type?.name ?? ticket.ticket_type_id,
          ticket.status,
          ticket.issued_at,
          order.order_id,
          order.event_id,
          order.contact?.name,
          order.contact?.email,
        ]),
      );
    }
    cursor = page.next_cursor ?? null;
  } while (cursor);
  return rows;
}
