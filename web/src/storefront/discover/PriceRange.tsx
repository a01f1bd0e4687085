// From which price tickets are sold; fees are always included.
import { useI18n } from "../../shared/i18n/context";
import { formatMoney, type MoneyValue } from "../../shared/lib/money";
import { useT } from "../i18n/useT";

interface Props {
  readonly from: MoneyValue | null;
  readonly to: MoneyValue | null;
}

export function PriceRange({ from, to }: Props) {
  const t = useT();
  const { locale } = useI18n();
  if (!from) return null;
  const price = formatMoney(from, locale);
  const isRange = to !== null && to.amount !== from.amount;
  if (from.amount === 0) {
    return isRange ? t("card.freeTo", { price: formatMoney(to, locale) }) : t("card.free");
  }
  return (
    <span className="tabular">
      {isRange ? t("card.from", { price }) : t("card.price", { price })}
    </span>
  );
}
