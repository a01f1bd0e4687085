// Whether tickets can be bought now, and if not, why. Pure: figures and the server's time come in.

import type { Availability } from "../live/useAvailability";
import type { EventView, TicketTypeView } from "./queries";

/** From here on a number is shown instead of “available”. */
export const FEW = 20;

export type TypeSale =
  | { readonly kind: "available" | "few"; readonly left: number }
  | { readonly kind: "unknown" | "disabled" | "soldout" | "held" }
  | { readonly kind: "opens" | "closed"; readonly at: string };

/** One ticket type. Sale windows include their start and exclude their end. */
export function typeSale(
  type: TicketTypeView,
  availability: Availability | undefined,
  now: number,
): TypeSale {
  const figures = availability?.ticket_types.find(
    (one) => one.ticket_type_id === type.ticket_type_id,
  );
  if (!(figures?.enabled ?? type.enabled)) return { kind: "disabled" };
  if (type.sale_starts_at && now < Date.parse(type.sale_starts_at)) {
    return { kind: "opens", at: type.sale_starts_at };
  }
  if (type.sale_ends_at && now >= Date.parse(type.sale_ends_at)) {
    return { kind: "closed", at: type.sale_ends_at };
  }
  if (!figures) return { kind: "unknown" };
  if (figures.available <= 0) return { kind: figures.held > 0 ? "held" : "soldout" };
  return { kind: figures.available <= FEW ? "few" : "available", left: figures.available };
}

export type EventSale =
  | "draft"
  | "cancelled"
  | "suspended"
  | "over"
  | "unknown"
  | "onsale"
  | "few"
  | "soldout"
  | "soon"
  | "ended";

/** The event as a whole. What the live figures say of its status is newer than the page. */
export function eventSale(
  event: EventView,
  availability: Availability | undefined,
  now: number,
): EventSale {
  const status = availability?.status ?? event.status;
  if (status === "CANCELLED") return "cancelled";
  if (status === "DRAFT") return "draft";
  if (status === "COMPLETED" || now >= Date.parse(event.ends_at ?? event.starts_at)) return "over";
  if (event.sales_suspended) return "suspended";
  const sales = event.ticket_types.map((type) => typeSale(type, availability, now));
  const has = (...kinds: TypeSale["kind"][]) => sales.some((sale) => kinds.includes(sale.kind));
  if (has("unknown")) return "unknown";
  if (has("available")) return "onsale";
  if (has("few")) return "few";
  if (has("soldout", "held")) return "soldout";
  if (has("opens")) return "soon";
  return "ended";
}

/** When the next type goes on sale. */
export function nextOpening(event: EventView, now: number): string | null {
  const openings = event.ticket_types
    .filter((type) => type.enabled && type.sale_starts_at && Date.parse(type.sale_starts_at) > now)
    .map((type) => type.sale_starts_at as string);
  return openings.sort((one, other) => Date.parse(one) - Date.parse(other))[0] ?? null;
}
