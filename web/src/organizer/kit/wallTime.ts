// Times as people write them, and the instants they mean. Twice a year an hour is missing or comes twice.
import {
  CalendarDateTime,
  fromAbsolute,
  parseDateTime,
  toCalendarDateTime,
  toZoned,
} from "@internationalized/date";

export type Wall = CalendarDateTime;
/** Which of two hours with the same name is meant. */
export type Fold = "earlier" | "later";

export type Resolved =
  | { readonly kind: "instant"; readonly at: string }
  /** The clocks were put forward over this time. */
  | { readonly kind: "gap"; readonly before: Wall; readonly after: Wall }
  /** The clocks are put back: the time comes twice, and somebody has to say which is meant. */
  | { readonly kind: "twice"; readonly earlier: string; readonly later: string };

export function isZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: zone });
    return zone !== "";
  } catch {
    return false;
  }
}

/** Without fractions of a second: “2027-03-20T19:30:00Z”. */
function text(at: Date): string {
  return at.toISOString().replace(".000Z", "Z");
}

/** The instant that a wall clock in `zone` means. */
export function resolveWall(wall: Wall, zone: string, fold: Fold | null): Resolved {
  const earlier = text(toZoned(wall, zone, "earlier").toDate());
  const later = text(toZoned(wall, zone, "later").toDate());
  if (earlier === later) return { kind: "instant", at: earlier };
  if (wallAt(earlier, zone).compare(wall) !== 0) {
    return { kind: "gap", before: wallAt(earlier, zone), after: wallAt(later, zone) };
  }
  if (!fold) return { kind: "twice", earlier, later };
  return { kind: "instant", at: fold === "earlier" ? earlier : later };
}

/** What a clock in `zone` shows at an instant. */
export function wallAt(at: string, zone: string): Wall {
  const zoned = fromAbsolute(Date.parse(at), isZone(zone) ? zone : "UTC");
  return toCalendarDateTime(zoned).set({ millisecond: 0 });
}

/** Which of two equal times an instant is; null for ordinary ones. */
export function foldOf(at: string, zone: string): Fold | null {
  const resolved = resolveWall(wallAt(at, zone), isZone(zone) ? zone : "UTC", null);
  if (resolved.kind !== "twice") return null;
  return Date.parse(resolved.earlier) === Date.parse(at) ? "earlier" : "later";
}

export function parseWall(value: string): Wall | null {
  try {
    return parseDateTime(value);
  } catch {
    return null;
  }
}

/** A wall clock for people, in their way of writing. */
export function formatWall(wall: Wall, locale: string): string {
  const options = { dateStyle: "medium", timeStyle: "short", timeZone: "UTC" } as const;
  return new Intl.DateTimeFormat(locale, options).format(wall.toDate("UTC"));
}

/** “GMT+02:00”: how far a zone is from UTC at an instant. */
export function offsetAt(at: string, zone: string, locale: string): string {
  const options = { timeZone: zone, timeZoneName: "longOffset" } as const;
  const parts = new Intl.DateTimeFormat(locale, options).formatToParts(new Date(at));
  return parts.find((part) => part.type === "timeZoneName")?.value ?? zone;
}

export { CalendarDateTime };
