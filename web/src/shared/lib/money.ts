// Amounts in minor units, written the way the reader writes money.
import { numberFormat } from "./formatters";

export interface MoneyValue {
  readonly amount: number;
  readonly currency: string;
}

/** How many digits stand after the decimal point: 2 for EUR, 0 for JPY, 3 for KWD. */
export function exponent(currency: string): number {
  const format = numberFormat("en", { style: "currency", currency });
  return format.resolvedOptions().maximumFractionDigits ?? 2;
}

/** For example “€23.42”; whole amounts keep their zeros. */
export function formatMoney(money: MoneyValue, locale: string): string {
  const format = numberFormat(locale, { style: "currency", currency: money.currency });
  return format.format(money.amount / 10 ** exponent(money.currency));
}

/** Minor units from what a person typed, with comma or point; null if it isn't an amount. */
export function parseMinor(text: string, currency: string): number | null {
  const digits = exponent(currency);
  const match = /^\s*(\d{1,9})(?:[.,](\d+))?\s*$/.exec(text);
  const [, whole, fraction = ""] = match ?? [];
  if (whole === undefined || fraction.length > digits) return null;
  return Number(whole) * 10 ** digits + Number(fraction.padEnd(digits, "0") || "0");
}

/** The amount as a person would type it: “23.42”. */
export function toInput(amount: number, currency: string): string {
  const digits = exponent(currency);
  return (amount / 10 ** digits).toFixed(digits);
}
