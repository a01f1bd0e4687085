import { expect, test } from "vitest";
import { formatMoney, parseMinor, toInput } from "./money";

test("each currency has its own exponent", () => {
  expect(formatMoney({ amount: 2342, currency: "EUR" }, "en-GB")).toBe("€23.42");
  expect(formatMoney({ amount: 2342, currency: "JPY" }, "en-GB")).toBe("JP¥2,342");
  expect(toInput(2342, "KWD")).toBe("2.342");
});

test.each([
  ["7,5", 750],
  ["7.50", 750],
  [" 7 ", 700],
  ["0", 0],
])("%s euros are %d cents", (text, minor) => {
  expect(parseMinor(text, "EUR")).toBe(minor);
});

test.each(["", "7.505", "-1", "1e3", "7 50", "1.000,00"])("%s is no amount", (text) => {
  expect(parseMinor(text, "EUR")).toBeNull();
});
