// Days as people choose them in filters, and the instants at which they begin.
import { parseDate, toZoned } from "@internationalized/date";

/** “2027-03-20” if it is a day, else nothing. */
export function readDay(value: unknown): string {
  if (typeof value !== "string") return "";
  try {
    return parseDate(value).toString();
  } catch {
    return "";
  }
}

/** When a day begins in a zone; `later` days after it. */
export function startOfDay(day: string, zone: string, later = 0): string {
  const date = parseDate(day).add({ days: later });
  return toZoned(date, zone).toDate().toISOString();
}
