// The filters of the home page. They live in the address, so that they survive reloads and can be shared.

export interface Filters {
  readonly q?: string | undefined;
  readonly city?: string | undefined;
  readonly category?: string | undefined;
  /** First day, YYYY-MM-DD, in the reader's zone. */
  readonly from?: string | undefined;
  /** Last day. */
  readonly to?: string | undefined;
  /** At most, in minor units of `currency`. */
  readonly price?: number | undefined;
  readonly currency?: string | undefined;
  readonly available?: true | undefined;
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** Reads what is in the address; what makes no sense is left out. */
export function readFilters(search: Record<string, unknown>): Filters {
  const text = (name: string, longest: number) => {
    const value = search[name];
    return typeof value === "string" && value.trim() !== "" ? value.slice(0, longest) : undefined;
  };
  const day = (name: string) => {
    const value = text(name, 10);
    return value && DAY.test(value) && !Number.isNaN(Date.parse(value)) ? value : undefined;
  };
  const price = Number(search.price ?? Number.NaN);
  const currency = text("currency", 3);
  const hasPrice = Number.isInteger(price) && price >= 0 && currency && /^[A-Z]{3}$/.test(currency);
  return {
    q: text("q", 200),
    city: text("city", 100),
    category: text("category", 100),
    from: day("from"),
    to: day("to"),
    ...(hasPrice && { price, currency }),
    ...((search.available === "1" || search.available === true) && { available: true as const }),
  };
}

/** The question to the API. Days become instants in the reader's zone; the last day is included. */
export function toQuery(filters: Filters) {
  const { q, city, category, from, to, price, currency, available } = filters;
  return {
    ...(q && { q }),
    ...(city && { city }),
    ...(category && { category }),
    ...(from && { from: startOf(from, 0) }),
    ...(to && { to: startOf(to, 1) }),
    ...(price !== undefined && currency && { price_max: price, currency }),
    ...(available && { availability: "available" as const }),
  };
}

/** Midnight of a day in the reader's zone, some days later. */
function startOf(day: string, later: number): string {
  const [year = 0, month = 1, date = 1] = day.split("-").map(Number);
  return new Date(year, month - 1, date + later).toISOString();
}

/** How many filters are on, not counting the words searched for. */
export function countFilters(filters: Filters): number {
  const { city, category, from, to, price, available } = filters;
  return [city, category, from ?? to, price, available].filter((value) => value !== undefined)
    .length;
}

/** Today, or some days later, as YYYY-MM-DD in the reader's zone. */
export function dayFrom(now: number, later: number): string {
  const at = new Date(now);
  const day = new Date(at.getFullYear(), at.getMonth(), at.getDate() + later);
  const two = (value: number) => String(value).padStart(2, "0");
  return `${day.getFullYear()}-${two(day.getMonth() + 1)}-${two(day.getDate())}`;
}
