// Figures of the platform: amounts of two currencies are never added up.
import { expect, test } from "vitest";
import { count, currencies, currenciesGivenBack, givenBack, revenue } from "./growth";
import type { GrowthReport } from "./queries";

const sold = (currency: string, amount: number) => ({
  orders: 1,
  tickets: 2,
  revenue: { amount, currency },
});
const back = (currency: string, amount: number) => ({ payments: 1, amount: { amount, currency } });
const growth = (
  sales: ReturnType<typeof sold>[],
  refunds: ReturnType<typeof back>[] = [],
): GrowthReport["totals"] => ({
  organizations: 0,
  accounts: 3,
  events_drafted: 0,
  events_published: 0,
  sales,
  refunds,
});
const report: GrowthReport = {
  from: "2027-03-01",
  to: "2027-03-02",
  totals: growth([sold("EUR", 1000), sold("JPY", 500)], [back("USD", 30)]),
  before: growth([sold("CHF", 70)], [back("EUR", 20)]),
  days: [],
};

test("each currency has a figure of its own, also one that was sold in before only", () => {
  expect(currencies(report)).toEqual(["CHF", "EUR", "JPY"]);
  expect(revenue(report.totals, "EUR")).toBe(1000);
  expect(revenue(report.totals, "CHF")).toBe(0);
});

test("money given back stands beside what was sold, whatever its currency, and is not taken off", () => {
  expect(currenciesGivenBack(report)).toEqual(["EUR", "USD"]);
  expect(givenBack(report.totals, "USD")).toBe(30);
  expect(givenBack(report.totals, "EUR")).toBe(0);
  expect(givenBack(report.before, "EUR")).toBe(20);
  expect(revenue(report.totals, "EUR")).toBe(1000);
});

test("orders and tickets are counted over all currencies", () => {
  expect(count(report.totals, "orders")).toBe(2);
  expect(count(report.totals, "tickets")).toBe(4);
  expect(count(report.totals, "accounts")).toBe(3);
});
