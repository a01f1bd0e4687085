import { expect, test } from "vitest";
import { dateFormat, numberFormat, pluralRules, preparations } from "./formatters";

test("a formatter is made once for each locale and each way of writing", () => {
  const time = { hour: "numeric", timeZone: "Europe/Berlin" } as const;
  expect(dateFormat("de", time)).toBe(dateFormat("de", { ...time }));
  expect(dateFormat("de", time)).not.toBe(dateFormat("en", time));
  expect(dateFormat("de", time)).not.toBe(dateFormat("de", { ...time, timeZone: "UTC" }));
  expect(numberFormat("de")).toBe(numberFormat("de"));
  expect(numberFormat("de").format(1234.5)).toBe("1.234,5");
  expect(numberFormat("de", { style: "percent" })).not.toBe(numberFormat("de"));
  expect(pluralRules("en").select(1)).toBe("one");
});

test("an unknown zone is refused each time", () => {
  const nowhere = () => dateFormat("en", { timeZone: "No/Where" });
  expect(nowhere).toThrow(RangeError);
  expect(nowhere).toThrow(RangeError);
});

test("what is prepared is what texts are written with", () => {
  const before = numberFormat("pt-PT");
  for (const prepare of preparations("pt", "pt-PT")) prepare();
  expect(numberFormat("pt-PT")).toBe(before);
});
