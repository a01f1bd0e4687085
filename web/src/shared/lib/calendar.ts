// A calendar file (RFC 5545), made in the browser.

export interface CalendarEntry {
  readonly id: string;
  readonly title: string;
  readonly startsAt: string;
  readonly endsAt: string | null;
  readonly location: string;
  readonly url: string;
}

const USUAL_LENGTH_MS = 2 * 3_600_000;
const LONGEST_LINE_BYTES = 73;

/** The text of the file. Instants are in UTC, so that every calendar shows them in its own zone. */
export function calendarText(entry: CalendarEntry, now: number): string {
  const end = entry.endsAt
    ? Date.parse(entry.endsAt)
    : Date.parse(entry.startsAt) + USUAL_LENGTH_MS;
  const lines = [
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    "PRODID:-//Fullhouse//EN",
    "METHOD:PUBLISH",
    "BEGIN:VEVENT",
    `UID:${entry.id}@fullhouse`,
    `DTSTAMP:${stamp(now)}`,
    `DTSTART:${stamp(Date.parse(entry.startsAt))}`,
    `DTEND:${stamp(end)}`,
    `SUMMARY:${escaped(entry.title)}`,
    ...(entry.location ? [`LOCATION:${escaped(entry.location)}`] : []),
    `URL:${entry.url}`,
    "END:VEVENT",
    "END:VCALENDAR",
  ];
  return `${lines.map(folded).join("\r\n")}\r\n`;
}

export function downloadCalendar(entry: CalendarEntry): void {
  const file = new Blob([calendarText(entry, Date.now())], { type: "text/calendar;charset=utf-8" });
  const url = URL.createObjectURL(file);
  const link = document.createElement("a");
  link.href = url;
  link.download = `${entry.title.replace(/[^\p{L}\p{N}]+/gu, "-").slice(0, 60) || "event"}.ics`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

function stamp(at: number): string {
  return `${new Date(at).toISOString().replace(/[-:]|\.\d{3}/g, "")}`;
}

function escaped(text: string): string {
  return text.replace(/[\\;,]/g, "\\$&").replace(/\r?\n|\r/g, "\\n");
}

/** Lines have at most 75 bytes; what is longer goes on in the next line, after a space. */
function folded(line: string): string {
  const encoder = new TextEncoder();
  const parts: string[] = [];
  let part = "";
  let bytes = 0;
  for (const character of line) {
    const size = encoder.encode(character).length;
    if (bytes + size > LONGEST_LINE_BYTES) {
      parts.push(part);
      part = "";
      bytes = 0;
    }
    part += character;
    bytes += size;
  }
  return [...parts, part].join("\r\n ");
}
