// A ticket type as typed, what is wrong with it, and the body for the API.
import type { EventView, TicketTypeView } from "../../shared/catalogue/queries";
import { parseMinor, toInput } from "../../shared/lib/money";
import type { TypeBody } from "../event/commands";
import { wholeNumber } from "../kit/number";
import { instantOf, NO_TIME, type ZonedTime, zonedTime } from "../kit/zonedTime";

export interface TypeForm {
  readonly name: string;
  readonly description: string;
  readonly kind: "fixed" | "free" | "pay_what_you_want";
  readonly amount: string;
  readonly minimum: string;
  readonly suggested: string;
  readonly maximum: string;
  readonly allocation: string;
  readonly min_per_order: string;
  readonly max_per_order: string;
  readonly sale_starts: ZonedTime;
  readonly sale_ends: ZonedTime;
  readonly enabled: boolean;
}

export function typeFormOf(type: TicketTypeView | null, event: EventView): TypeForm {
  const price = type?.price;
  const typed = (amount: number | undefined) =>
    amount === undefined ? "" : toInput(amount, event.currency);
  return {
    name: type?.name ?? "",
    description: type?.description ?? "",
    kind: price?.kind ?? "fixed",
    amount: typed(price?.kind === "fixed" ? price.amount : undefined),
    minimum: typed(price?.kind === "pay_what_you_want" ? price.minimum : undefined),
    suggested: typed(price?.kind === "pay_what_you_want" ? price.suggested : undefined),
    maximum: typed(price?.kind === "pay_what_you_want" ? price.maximum : undefined),
    allocation: type?.allocation == null ? "" : String(type.allocation),
    min_per_order: String(type?.min_per_order ?? 1),
    max_per_order: String(type?.max_per_order ?? 10),
    sale_starts: type ? zonedTime(type.sale_starts_at, event.time_zone) : NO_TIME,
    sale_ends: type ? zonedTime(type.sale_ends_at, event.time_zone) : NO_TIME,
    enabled: type?.enabled ?? true,
  };
}

export type TypeFault =
  | "required"
  | "amount"
  | "order"
  | "whole"
  | "per-order"
  | "max-below-min"
  | "gap"
  | "twice"
  | "window"
  | { readonly over: number }
  | { readonly taken: number };
export type TypeFaults = Partial<Record<keyof TypeForm, TypeFault>>;

interface Limits {
  readonly event: EventView;
  readonly type: TicketTypeView | null;
  /** Sold and held of this type. */
  readonly taken: number;
}

export function typeFaultsOf(form: TypeForm, { event, type, taken }: Limits): TypeFaults {
  const faults: TypeFaults = { ...priceFaults(form, event.currency) };
  if (form.name.trim() === "") faults.name = "required";
  if (form.allocation.trim() !== "") {
    const allocation = wholeNumber(form.allocation, 0, 10_000_000);
    const others = event.ticket_types
      .filter((one) => one.ticket_type_id !== type?.ticket_type_id)
      .reduce((sum, one) => sum + (one.allocation ?? 0), 0);
    if (allocation === null) faults.allocation = "whole";
    else if (allocation < taken) faults.allocation = { taken };
    else if (event.total_capacity != null && others + allocation > event.total_capacity) {
      faults.allocation = { over: others + allocation - event.total_capacity };
    }
  }
  const least = wholeNumber(form.min_per_order, 1, 50);
  const most = wholeNumber(form.max_per_order, 1, 50);
  if (least === null) faults.min_per_order = "per-order";
  if (most === null) faults.max_per_order = "per-order";
  if (least !== null && most !== null && most < least) faults.max_per_order = "max-below-min";
  const starts = instantOf(form.sale_starts, event.time_zone);
  const ends = instantOf(form.sale_ends, event.time_zone);
  if ("fault" in starts && (starts.fault === "gap" || starts.fault === "twice")) {
    faults.sale_starts = starts.fault;
  }
  if ("fault" in ends && (ends.fault === "gap" || ends.fault === "twice")) {
    faults.sale_ends = ends.fault;
  }
  if ("at" in starts && "at" in ends && Date.parse(ends.at) <= Date.parse(starts.at)) {
    faults.sale_ends = "window";
  }
  return faults;
}

function priceFaults(form: TypeForm, currency: string): TypeFaults {
  const amount = (text: string) => parseMinor(text, currency);
  if (form.kind === "free") return {};
  if (form.kind === "fixed") return amount(form.amount) === null ? { amount: "amount" } : {};
  const faults: TypeFaults = {};
  const [minimum, suggested, maximum] = [form.minimum, form.suggested, form.maximum].map(amount);
  if (minimum == null) faults.minimum = "amount";
  if (suggested == null) faults.suggested = "amount";
  if (maximum == null) faults.maximum = "amount";
  if (minimum == null || suggested == null || maximum == null) return faults;
  if (maximum < minimum) faults.maximum = "order";
  else if (suggested < minimum || suggested > maximum) faults.suggested = "order";
  return faults;
}

/** The body, once nothing is wrong. What is left empty is cleared. */
export function typeBodyOf(form: TypeForm, event: EventView): TypeBody {
  const amount = (text: string) => parseMinor(text, event.currency) ?? 0;
  const instant = (time: ZonedTime) => {
    const resolved = instantOf(time, event.time_zone);
    return "at" in resolved ? resolved.at : null;
  };
  const price = (): TypeBody["price"] => {
    if (form.kind === "free") return { kind: "free" };
    if (form.kind === "fixed") return { kind: "fixed", amount: amount(form.amount) };
    return {
      kind: "pay_what_you_want",
      minimum: amount(form.minimum),
      suggested: amount(form.suggested),
      maximum: amount(form.maximum),
    };
  };
  return {
    name: form.name.trim(),
    description: form.description,
    price: price(),
    allocation: form.allocation.trim() === "" ? null : Number(form.allocation),
    min_per_order: Number(form.min_per_order),
    max_per_order: Number(form.max_per_order),
    sale_starts_at: instant(form.sale_starts),
    sale_ends_at: instant(form.sale_ends),
    enabled: form.enabled,
  };
}

/** The typed field that a pointer of the API names. */
export function typedField(pointer: string): keyof TypeForm | null {
  const known: Record<string, keyof TypeForm> = {
    "/name": "name",
    "/description": "description",
    "/price": "amount",
    "/price/amount": "amount",
    "/price/minimum": "minimum",
    "/price/suggested": "suggested",
    "/price/maximum": "maximum",
    "/allocation": "allocation",
    "/min_per_order": "min_per_order",
    "/max_per_order": "max_per_order",
    "/sale_starts_at": "sale_starts",
    "/sale_ends_at": "sale_ends",
  };
  return known[pointer] ?? null;
}
