// How many tickets and what they cost.
import type { MoneyValue } from "../../../shared/lib/money";
import { Money } from "../../../shared/ui/Money";
import { useT } from "../../i18n/useT";

interface Props {
  readonly count: number;
  readonly total: MoneyValue;
}

export function Total({ count, total }: Props) {
  const t = useT();
  return (
    <p className="flex items-baseline justify-between gap-4">
      <span>{t("box.count", { count })}</span>
      <span className="text-xl font-bold">
        <Money value={total} />
      </span>
    </p>
  );
}
