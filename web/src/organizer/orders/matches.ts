// Whether an order is one that somebody looks for: by number, name, address or payment reference.
import type { OrderView } from "./queries";

export function matches(order: OrderView, wanted: string): boolean {
  const words = wanted.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  const texts = [
    order.order_id,
    order.contact?.name,
    order.contact?.email,
    order.payment_reference,
  ].map((text) => text?.toLocaleLowerCase() ?? "");
  return words.every((word) => texts.some((text) => text.includes(word)));
}
