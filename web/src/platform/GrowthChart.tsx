// One figure of the platform, day by day.
import { useState } from "react";
import { useT } from "../organizer/i18n/useT";
import { BarChart } from "../shared/charts/BarChart";
import { useI18n } from "../shared/i18n/context";
import { exponent, formatMoney } from "../shared/lib/money";
import { SelectField } from "../shared/ui/SelectField";
import { COUNTS, count, currencies, revenue } from "./growth";
import type { GrowthReport } from "./queries";

export function GrowthChart({ report }: { readonly report: GrowthReport }) {
  const t = useT();
  const { locale } = useI18n();
  const sold = currencies(report);
  const [chosen, setChosen] = useState<string>(sold[0] ?? "orders");
  const counted = COUNTS.find((one) => one === chosen);
  const currency = sold.find((one) => one === chosen);
  const digits = exponent(currency ?? "EUR");
  const day = new Intl.DateTimeFormat(locale, { day: "numeric", month: "short", timeZone: "UTC" });
  const points = report.days.map((one) => ({
    key: one.date,
    label: day.format(new Date(`${one.date}T00:00:00Z`)),
    value: currency ? revenue(one, currency) / 10 ** digits : count(one, counted ?? "orders"),
  }));
  const format = (value: number) =>
    currency
      ? formatMoney({ amount: Math.round(value * 10 ** digits), currency }, locale)
      : new Intl.NumberFormat(locale).format(value);
  const label = currency ? t("growth.gmv", { currency }) : t(`growth.${counted ?? "orders"}`);
  return (
    <section className="card flex min-w-0 flex-col gap-4 p-5">
      <div className="flex flex-wrap items-end justify-between gap-4">
        <h2 className="text-lg font-bold">{t("growth.time")}</h2>
        <SelectField
          label={t("growth.what")}
          value={currency ?? counted ?? "orders"}
          onChange={(event) => setChosen(event.target.value)}
        >
          {sold.map((one) => (
            <option key={one} value={one}>
              {t("growth.gmv", { currency: one })}
            </option>
          ))}
          {COUNTS.map((one) => (
            <option key={one} value={one}>
              {t(`growth.${one}`)}
            </option>
          ))}
        </SelectField>
      </div>
      <BarChart
        title={t("growth.time")}
        points={points}
        columns={[t("growth.day"), label]}
        tableLabel={t("sales.table")}
        format={format}
      />
    </section>
  );
}
