import { expect, test } from "vitest";
import { calendarText } from "./calendar";

const entry = {
  id: "1",
  title: "Piano; four hands, one",
  startsAt: "2027-03-20T19:30:00Z",
  endsAt: null,
  location: "Great Hall\nHamburg",
  url: "https://example.org/events/1",
};

test("instants are in UTC and an event without an end takes two hours", () => {
  const text = calendarText(entry, Date.parse("2026-11-20T10:00:00Z"));
  expect(text).toContain("DTSTART:20270320T193000Z\r\nDTEND:20270320T213000Z");
  expect(text).toContain("DTSTAMP:20261120T100000Z");
});

test("characters with a meaning are escaped", () => {
  const text = calendarText(entry, 0);
  expect(text).toContain("SUMMARY:Piano\\; four hands\\, one");
  expect(text).toContain("LOCATION:Great Hall\\nHamburg");
});

test("no line is longer than 75 bytes, and no character is torn", () => {
  const text = calendarText({ ...entry, title: "Ü".repeat(200) }, 0);
  const lines = text.split("\r\n");
  for (const line of lines) expect(new TextEncoder().encode(line).length).toBeLessThanOrEqual(75);
  expect(text.replaceAll("\r\n ", "")).toContain("Ü".repeat(200));
});
