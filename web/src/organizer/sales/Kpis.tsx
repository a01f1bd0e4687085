// The four numbers that matter most.
import type { ReactNode } from "react";
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

export function Kpis({ event, figures, sales }: Props) {
  const t = useT();
  const { locale } = useI18n();
  const number = (value: number) => new Intl.NumberFormat(locale).format(value);
  const percent = (value: number) =>
    new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 1 }).format(value);
  const capacity = figures?.total_capacity ?? null;
  return (
    <dl className="grid grid-cols-2 gap-4 lg:grid-cols-4">
      <Kpi
        label={t("sales.revenue")}
        note={
          sales?.average_order ? (
            <>
              {t("sales.average")} <Money value={sales.average_order} />
            </>
          ) : null
        }
      >
        <Money value={sales?.revenue ?? { amount: 0, currency: event.currency }} />
      </Kpi>
      <Kpi
        label={t("sales.sold")}
        note={
          figures && capacity ? t("sales.share", { share: percent(figures.sold / capacity) }) : null
        }
      >
        {figures ? number(figures.sold) : "–"}
        {capacity !== null && (
          <span className="text-base font-normal text-muted"> / {number(capacity)}</span>
        )}
      </Kpi>
      <Kpi label={t("sales.held")} note={t("sales.held.note")}>
        {figures ? number(figures.held) : "–"}
      </Kpi>
      <Kpi
        label={t("sales.orders")}
        note={figures && t("sales.available", { count: figures.available })}
      >
        {number(sales?.orders ?? 0)}
      </Kpi>
    </dl>
  );
}

interface KpiProps {
  readonly label: string;
  readonly note: ReactNode;
  readonly children: ReactNode;
}

function Kpi({ label, note, children }: KpiProps) {
  return (
    <div className="card flex flex-col gap-1 p-4">
      <dt className="text-sm text-muted">{label}</dt>
      <dd className="tabular text-xl font-bold sm:text-2xl">{children}</dd>
      <dd className="tabular min-h-5 text-sm text-muted">{note}</dd>
    </div>
  );
}
