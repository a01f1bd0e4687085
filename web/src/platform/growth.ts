// The figures of a growth report, one by one: sums of money by currency, and counts.
import type { GrowthReport } from "./queries";

export const COUNTS = [
  "orders",
  "tickets",
  "accounts",
  "organizations",
  "events_drafted",
  "events_published",
] as const;
export type Count = (typeof COUNTS)[number];

export type Growth = Omit<GrowthReport["totals"], never>;

/** Every currency that was sold in, in these days or before. */
export function currencies(report: GrowthReport): string[] {
  const all = [...report.totals.sales, ...report.before.sales].map((one) => one.revenue.currency);
  return [...new Set(all)].sort();
}

/** Minor units of a currency. */
export function revenue(growth: Growth, currency: string): number {
  return growth.sales.find((one) => one.revenue.currency === currency)?.revenue.amount ?? 0;
}

/** Every currency in which money was given back, in these days or before. */
export function currenciesGivenBack(report: GrowthReport): string[] {
  const all = [...report.totals.refunds, ...report.before.refunds];
  return [...new Set(all.map((one) => one.amount.currency))].sort();
}

/** Minor units of a currency that were given back. */
export function givenBack(growth: Growth, currency: string): number {
  return growth.refunds.find((one) => one.amount.currency === currency)?.amount.amount ?? 0;
}

export function count(growth: Growth, what: Count): number {
  if (what === "orders" || what === "tickets") {
    return growth.sales.reduce((sum, one) => sum + one[what], 0);
  }
  return growth[what];
}
