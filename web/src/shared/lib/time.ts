// Instants as text, in the zone that matters to the reader.
import { dateFormat } from "./formatters";

export type TimeStyle = "full" | "short" | "date" | "time";

const STYLES: Record<TimeStyle, Intl.DateTimeFormatOptions> = {
  full: {
    weekday: "long",
    day: "numeric",
    month: "long",
    year: "numeric",
    hour: "numeric",
    minute: "2-digit",
  },
  short: {
    weekday: "short",
    day: "numeric",
    month: "short",
    year: "numeric",
    hour: "numeric",
    minute: "2-digit",
  },
  date: { weekday: "short", day: "numeric", month: "short", year: "numeric" },
  time: { hour: "numeric", minute: "2-digit" },
};

/** The zone of the device. */
export function localZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";
}

/** An instant in a zone; an unknown zone falls back to UTC, and says so. */
export function formatTime(at: string, zone: string, locale: string, style: TimeStyle): string {
  const instant = new Date(at);
  if (Number.isNaN(instant.getTime())) return at;
  try {
    return dateFormat(locale, { ...STYLES[style], timeZone: zone }).format(instant);
  } catch {
    const options = { ...STYLES[style], timeZone: "UTC", timeZoneName: "short" } as const;
    return dateFormat(locale, options).format(instant);
  }
}

/** The short name of a zone at an instant: “CET”, “GMT+1”. */
export function zoneName(at: string, zone: string, locale: string): string {
  try {
    const format = dateFormat(locale, { timeZone: zone, timeZoneName: "short" });
    const parts = format.formatToParts(new Date(at));
    return parts.find((part) => part.type === "timeZoneName")?.value ?? zone;
  } catch {
    return "UTC";
  }
}

/** Whether two zones show the same wall clock at an instant. */
export function isSameWallClock(at: string, one: string, other: string): boolean {
  const wall = (zone: string) => formatTime(at, zone, "en-GB", "short");
  return one === other || wall(one) === wall(other);
}

/** The day of an instant in a zone, as YYYY-MM-DD. */
export function dayOf(at: string, zone: string): string {
  return dateFormat("en-CA", { timeZone: zone, dateStyle: "short" }).format(new Date(at));
}

/** “4:05”, or “1:04:05” from an hour on. */
export function formatCountdown(ms: number): string {
  const total = Math.max(0, Math.ceil(ms / 1000));
  const [hours, minutes, seconds] = [
    Math.floor(total / 3600),
    Math.floor(total / 60) % 60,
    total % 60,
  ];
  const two = (value: number) => String(value).padStart(2, "0");
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds)}` : `${minutes}:${two(seconds)}`;
}
