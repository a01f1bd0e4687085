import { describe, expect, test } from "vitest";
import { countFilters, dayFrom, readFilters, toQuery } from "./filters";

describe("filters", () => {
  test("what makes no sense in the address is left out", () => {
    const filters = readFilters({
      from: "2026-13-45",
      to: "soon",
      price: "ten",
      currency: "EUR",
      q: "  ",
    });
    expect(toQuery(filters)).toEqual({});
    expect(countFilters(filters)).toBe(0);
  });

  test("the last day is included", () => {
    const query = toQuery(readFilters({ from: "2026-11-20", to: "2026-11-20" }));
    const length = Date.parse(query.to ?? "") - Date.parse(query.from ?? "");
    expect(length).toBe(24 * 3_600_000);
  });

  test("a price needs its currency", () => {
    expect(toQuery(readFilters({ price: "2000" }))).toEqual({});
    expect(toQuery(readFilters({ price: "2000", currency: "EUR" }))).toEqual({
      price_max: 2000,
      currency: "EUR",
    });
  });

  test("only with tickets left is asked of the API", () => {
    expect(toQuery(readFilters({ available: "1" }))).toEqual({ availability: "available" });
    expect(toQuery(readFilters({ available: "0" }))).toEqual({});
  });

  test("both days are one filter, and words are none", () => {
    expect(countFilters(readFilters({ q: "jazz", from: "2026-11-20", to: "2026-11-21" }))).toBe(1);
    expect(countFilters(readFilters({ available: "1", city: "Bremen" }))).toBe(2);
  });

  test("days go over the end of a month", () => {
    expect(dayFrom(new Date(2026, 10, 28).getTime(), 7)).toBe("2026-12-05");
  });
});
