// The sums of a period, each beside that of as many days before.
import { useT } from "../organizer/i18n/useT";
import { useI18n } from "../shared/i18n/context";
import { formatMoney } from "../shared/lib/money";
import { COUNTS, count, currencies, currenciesGivenBack, givenBack, revenue } from "./growth";
import type { GrowthReport } from "./queries";

export function GrowthFigures({ report }: { readonly report: GrowthReport }) {
  const t = useT();
  const { locale } = useI18n();
  const { totals, before } = report;
  const days = report.days.length;
  const number = (value: number) => new Intl.NumberFormat(locale).format(value);
  return (
    <dl className="grid grid-cols-2 gap-4 lg:grid-cols-4">
      {currencies(report).map((currency) => {
        const money = (amount: number) => formatMoney({ amount, currency }, locale);
        return (
          <Figure
            key={currency}
            label={t("growth.gmv", { currency })}
            value={money(revenue(totals, currency))}
            before={t("growth.before", {
              value: money(revenue(before, currency)),
              count: days,
            })}
          />
        );
      })}
      {currenciesGivenBack(report).map((currency) => {
        const money = (amount: number) => formatMoney({ amount, currency }, locale);
        return (
          <Figure
            key={`${currency}-back`}
            label={t("growth.refunds", { currency })}
            value={money(givenBack(totals, currency))}
            before={t("growth.before", {
              value: money(givenBack(before, currency)),
              count: days,
            })}
          />
        );
      })}
      {COUNTS.map((what) => (
        <Figure
          key={what}
          label={t(`growth.${what}`)}
          value={number(count(totals, what))}
          before={t("growth.before", { value: number(count(before, what)), count: days })}
        />
      ))}
    </dl>
  );
}

interface FigureProps {
  readonly label: string;
  readonly value: string;
  readonly before: string;
}

function Figure({ label, value, before }: FigureProps) {
  return (
    <div className="card flex flex-col gap-1 p-4">
      <dt className="text-sm text-muted">{label}</dt>
      <dd className="tabular text-2xl font-bold">{value}</dd>
      <dd className="text-xs text-muted">{before}</dd>
    </div>
  );
}
