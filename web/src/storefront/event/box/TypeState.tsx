// How a ticket type stands: by word, and colour besides.
import type { TicketTypeView } from "../../../shared/catalogue/queries";
import type { TypeSale } from "../../../shared/catalogue/saleState";
import { useI18n } from "../../../shared/i18n/context";
import { formatCountdown, formatTime, localZone } from "../../../shared/lib/time";
import { Skeleton } from "../../../shared/ui/Skeleton";
import { useT } from "../../i18n/useT";

interface Props {
  readonly id: string;
  readonly type: TicketTypeView;
  readonly sale: TypeSale;
  readonly now: number;
}

const LINE = "mt-0.5 text-sm font-semibold";
const DAY_MS = 24 * 3_600_000;

export function TypeState({ id, type, sale, now }: Props) {
  const t = useT();
  const { locale } = useI18n();
  // Sale windows in the reader's own time: that is when to be here.
  const time = (at: string) => formatTime(at, localZone(), locale, "short");
  switch (sale.kind) {
    case "unknown":
      return (
        <p id={id} className="mt-0.5 h-5">
          <span className="sr-only">{t("box.loading")}</span>
          <Skeleton className="h-4 w-20" />
        </p>
      );
    case "available":
      return (
        <p id={id} className={`${LINE} text-success`}>
          {t("box.available")}
          {type.sale_ends_at && (
            <span className="font-normal text-muted">
              {" "}
              · {t("box.closes", { time: time(type.sale_ends_at) })}
            </span>
          )}
        </p>
      );
    case "few":
      return (
        <p id={id} className={`${LINE} text-warn`}>
          {t("box.few", { count: sale.left })}
        </p>
      );
    case "soldout":
      return (
        <p id={id} className={`${LINE} text-muted`}>
          {t("box.soldout")}
        </p>
      );
    case "held":
      return (
        <p id={id} className={`${LINE} text-muted`}>
          {t("box.held")}
        </p>
      );
    case "disabled":
      return (
        <p id={id} className={`${LINE} text-muted`}>
          {t("box.disabled")}
        </p>
      );
    case "closed":
      return (
        <p id={id} className={`${LINE} text-muted`}>
          {t("box.closed", { time: time(sale.at) })}
        </p>
      );
    case "opens": {
      const left = Date.parse(sale.at) - now;
      return (
        <p id={id} className={`${LINE} text-primary`}>
          {left < DAY_MS
            ? t("box.opensIn", { time: formatCountdown(left) })
            : t("box.opensDays", { count: Math.floor(left / DAY_MS) })}
          <span className="font-normal text-muted">
            {" "}
            · {t("box.opens", { time: time(sale.at) })}
          </span>
        </p>
      );
    }
  }
}
