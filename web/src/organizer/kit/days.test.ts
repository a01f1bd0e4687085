// Filters by day: in the zone of the event, also where a day has 23 hours.
import { expect, test } from "vitest";
import { readDay, startOfDay } from "./days";

test("a day begins at midnight in its zone and ends when the next one begins", () => {
  expect(startOfDay("2027-03-28", "Europe/Berlin")).toBe("2027-03-27T23:00:00.000Z");
  expect(startOfDay("2027-03-28", "Europe/Berlin", 1)).toBe("2027-03-28T22:00:00.000Z");
});

test("what is no day counts for nothing", () => {
  expect(readDay("2027-02-30")).toBe("");
  expect(readDay("yesterday")).toBe("");
  expect(readDay(7)).toBe("");
  expect(readDay("2027-02-28")).toBe("2027-02-28");
});
