// An amount of money, as the reader writes it.
import { useI18n } from "../i18n/context";
import { formatMoney, type MoneyValue } from "../lib/money";

export function Money({ value }: { readonly value: MoneyValue }) {
  const { locale } = useI18n();
  return <span className="tabular whitespace-nowrap">{formatMoney(value, locale)}</span>;
}
