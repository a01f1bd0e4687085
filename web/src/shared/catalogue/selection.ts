// What a buyer chose: ticket types, how many, and the price where the buyer names it. Lives in the address.

export interface Line {
  readonly ticketTypeId: string;
  readonly quantity: number;
  /** In minor units; only where the buyer names the price. */
  readonly unitPrice?: number | undefined;
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const MOST_LINES = 50;

/** `type*quantity` or `type*quantity*price`, separated by commas. */
export function formatSelection(lines: readonly Line[]): string {
  return lines
    .filter((line) => line.quantity > 0)
    .map(({ ticketTypeId, quantity, unitPrice }) =>
      [ticketTypeId, quantity, ...(unitPrice === undefined ? [] : [unitPrice])].join("*"),
    )
    .join(",");
}

/** What makes no sense is left out; a type counts once. */
export function parseSelection(text: string | undefined): Line[] {
  const lines = new Map<string, Line>();
  for (const part of (text ?? "").split(",").slice(0, MOST_LINES)) {
    const [id = "", quantity = "", price] = part.split("*");
    if (!UUID.test(id) || !/^\d{1,3}$/.test(quantity) || Number(quantity) === 0) continue;
    if (price !== undefined && !/^\d{1,12}$/.test(price)) continue;
    lines.set(id, {
      ticketTypeId: id,
      quantity: Number(quantity),
      ...(price !== undefined && { unitPrice: Number(price) }),
    });
  }
  return [...lines.values()];
}
