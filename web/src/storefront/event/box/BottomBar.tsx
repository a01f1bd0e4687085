// On phones: what is chosen and the way on, always within reach of the thumb.

import { unitPrice } from "../../../shared/catalogue/price";
import type { EventView } from "../../../shared/catalogue/queries";
import { useI18n } from "../../../shared/i18n/context";
import type { MoneyValue } from "../../../shared/lib/money";
import { formatMoney } from "../../../shared/lib/money";
import { Button } from "../../../shared/ui/Button";
import { Money } from "../../../shared/ui/Money";
import { useT } from "../../i18n/useT";

interface Props {
  readonly event: EventView;
  readonly count: number;
  readonly total: MoneyValue;
  readonly onGoOn: () => void;
}

export function BottomBar({ event, count, total, onGoOn }: Props) {
  const t = useT();
  const { locale } = useI18n();
  const prices = event.ticket_types
    .filter((type) => type.enabled)
    .map((type) => unitPrice(type, undefined));
  const from = { amount: Math.min(...prices), currency: event.currency };
  return (
    <div className="fixed inset-x-0 bottom-0 z-20 border-t border-border bg-bg px-5 pt-3 pb-[calc(0.75rem+env(safe-area-inset-bottom))] shadow-pop lg:hidden">
      <div className="mx-auto flex max-w-2xl items-center justify-between gap-4">
        <p className="flex flex-col">
          <span className="text-lg leading-tight font-bold">
            {count > 0 ? (
              <Money value={total} />
            ) : from.amount === 0 ? (
              t("card.free")
            ) : (
              t("card.from", { price: formatMoney(from, locale) })
            )}
          </span>
          <span className="text-sm text-muted">{t("box.count", { count })}</span>
        </p>
        <Button tone="primary" onClick={onGoOn}>
          {t("box.get")}
        </Button>
      </div>
    </div>
  );
}
