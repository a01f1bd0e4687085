// The price of a ticket type.
import type { Schemas } from "../../../shared/api/client";
import { useI18n } from "../../../shared/i18n/context";
import { formatMoney } from "../../../shared/lib/money";
import { Money } from "../../../shared/ui/Money";
import { useT } from "../../i18n/useT";

interface Props {
  readonly price: Schemas["Price"];
  readonly currency: string;
}

export function TypePrice({ price, currency }: Props) {
  const t = useT();
  const { locale } = useI18n();
  const text = (amount: number) => formatMoney({ amount, currency }, locale);
  switch (price.kind) {
    case "free":
      return t("box.free");
    case "fixed":
      return price.amount === 0 ? (
        t("box.free")
      ) : (
        <Money value={{ amount: price.amount, currency }} />
      );
    case "pay_what_you_want":
      return (
        <>
          {t("box.pwyw")},{" "}
          <span className="tabular">
            {t("box.pwyw.range", { min: text(price.minimum), max: text(price.maximum) })}
          </span>
        </>
      );
  }
}
