// Tickets or revenue by day or hour, on the clock of the event.
import { useState } from "react";
import type { Schemas } from "../../shared/api/client";
import type { EventView } from "../../shared/catalogue/queries";
import { BarChart } from "../../shared/charts/BarChart";
import { useI18n } from "../../shared/i18n/context";
import { exponent, formatMoney } from "../../shared/lib/money";
import { SelectField } from "../../shared/ui/SelectField";
import { useT } from "../i18n/useT";

interface Props {
  readonly event: EventView;
  readonly sales: Schemas["EventSales"] | undefined;
}

const LAST_HOURS = 48;

export function SalesOverTime({ event, sales }: Props) {
  const t = useT();
  const { locale } = useI18n();
  const [by, setBy] = useState<"day" | "hour">("day");
  const [what, setWhat] = useState<"tickets" | "revenue">("tickets");
  const digits = exponent(event.currency);
  const value = (one: { readonly tickets: number; readonly revenue: Schemas["Money"] }) =>
    what === "tickets" ? one.tickets : one.revenue.amount / 10 ** digits;
  const format = (amount: number) =>
    what === "tickets"
      ? new Intl.NumberFormat(locale).format(amount)
      : formatMoney(
          { amount: Math.round(amount * 10 ** digits), currency: event.currency },
          locale,
        );
  const day = new Intl.DateTimeFormat(locale, { day: "numeric", month: "short", timeZone: "UTC" });
  const hour = new Intl.DateTimeFormat(locale, {
    day: "numeric",
    month: "short",
    hour: "2-digit",
    minute: "2-digit",
    timeZone: event.time_zone,
  });
  const points =
    by === "day"
      ? (sales?.days ?? []).map((one) => ({
          key: one.date,
          label: day.format(new Date(`${one.date}T00:00:00Z`)),
          value: value(one),
        }))
      : (sales?.hours ?? []).slice(-LAST_HOURS).map((one) => ({
          key: one.starts_at,
          label: hour.format(new Date(one.starts_at)),
          value: value(one),
        }));
  return (
    <section className="card flex min-w-0 flex-col gap-4 p-5">
      <div className="flex flex-wrap items-end justify-between gap-4">
        <h2 className="text-lg font-bold">{t("sales.time")}</h2>
        <div className="flex flex-wrap gap-3">
          <SelectField
            label={t("sales.what")}
            value={what}
            onChange={(chosen) =>
              setWhat(chosen.target.value === "revenue" ? "revenue" : "tickets")
            }
          >
            <option value="tickets">{t("sales.tickets")}</option>
            <option value="revenue">{t("sales.revenue")}</option>
          </SelectField>
          <SelectField
            label={t("sales.by")}
            value={by}
            onChange={(chosen) => setBy(chosen.target.value === "hour" ? "hour" : "day")}
          >
            <option value="day">{t("sales.by.day")}</option>
            <option value="hour">{t("sales.by.hour")}</option>
          </SelectField>
        </div>
      </div>
      {points.length === 0 ? (
        <p className="py-16 text-center text-muted">{t("sales.nothing")}</p>
      ) : (
        <BarChart
          title={t("sales.time")}
          points={points}
          columns={[t(`sales.by.${by}`), t(what === "tickets" ? "sales.tickets" : "sales.revenue")]}
          tableLabel={t("sales.table")}
          format={format}
        />
      )}
      <p className="text-sm text-muted">{t("sales.zone", { zone: event.time_zone })}</p>
    </section>
  );
}
