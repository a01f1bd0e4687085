// What each ticket type sold, as bars against what there is of it.
import type { Schemas } from "../../shared/api/client";
import type { EventView } from "../../shared/catalogue/queries";
import { useI18n } from "../../shared/i18n/context";
import type { Availability } from "../../shared/live/useAvailability";
import { Money } from "../../shared/ui/Money";
import { useT } from "../i18n/useT";

interface Props {
  readonly event: EventView;
  readonly figures: Availability | undefined;
  readonly sales: Schemas["EventSales"] | undefined;
}

export function SalesByType({ event, figures, sales }: Props) {
  const t = useT();
  const { locale } = useI18n();
  const number = (value: number) => new Intl.NumberFormat(locale).format(value);
  return (
    <section className="card flex min-w-0 flex-col gap-4 p-5">
      <h2 className="text-lg font-bold">{t("sales.types")}</h2>
      {event.ticket_types.length === 0 && <p className="text-muted">{t("tickets.empty.title")}</p>}
      <ul className="flex flex-col gap-5">
        {event.ticket_types.map((type) => {
          const own = figures?.ticket_types.find(
            (one) => one.ticket_type_id === type.ticket_type_id,
          );
          const sold = own?.sold ?? 0;
          const most = type.allocation ?? event.total_capacity ?? 0;
          const revenue = sales?.ticket_types.find(
            (one) => one.ticket_type_id === type.ticket_type_id,
          )?.revenue;
          return (
            <li key={type.ticket_type_id} className="flex flex-col gap-1.5">
              <span className="flex justify-between gap-3 font-semibold">
                <bdi className="min-w-0 [overflow-wrap:anywhere]">{type.name}</bdi>
                <Money value={revenue ?? { amount: 0, currency: event.currency }} />
              </span>
              <span
                aria-hidden="true"
                className="block h-2.5 overflow-hidden rounded-full border border-border-strong bg-surface-2"
              >
                <span
                  className="block h-full bg-primary"
                  style={{ width: `${most > 0 ? Math.min(100, (sold / most) * 100) : 0}%` }}
                />
              </span>
              <span className="tabular text-sm text-muted">
                {t("events.soldOf", { sold: number(sold), capacity: number(most) })}
              </span>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
