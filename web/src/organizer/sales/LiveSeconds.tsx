// Tickets per second over the last minute, while the page is open.
import { useEffect, useState } from "react";
import { BarChart } from "../../shared/charts/BarChart";
import { useI18n } from "../../shared/i18n/context";
import { serverNow } from "../../shared/lib/clock";
import { useNow } from "../../shared/lib/useNow";
import { useT } from "../i18n/useT";
import { SECONDS, salesCounter } from "./perSecond";

export function LiveSeconds({ sold }: { readonly sold: number }) {
  const t = useT();
  const { locale } = useI18n();
  const [counter] = useState(salesCounter);
  const now = useNow(1000);
  useEffect(() => counter.feed(sold, serverNow()), [counter, sold]);
  const seconds = counter.read(now);
  const total = seconds.reduce((sum, second) => sum + second.sold, 0);
  const format = (value: number) => new Intl.NumberFormat(locale).format(value);
  return (
    <section className="card flex flex-col gap-4 p-5">
      <div className="flex flex-wrap items-baseline justify-between gap-2">
        <h2 className="text-lg font-bold">{t("sales.seconds")}</h2>
        <p className="tabular text-sm text-muted">
          {t("sales.seconds.total", { count: total, seconds: SECONDS })}
        </p>
      </div>
      <BarChart
        isLive
        title={t("sales.seconds")}
        columns={[t("sales.second"), t("sales.tickets")]}
        tableLabel={t("sales.table")}
        format={format}
        points={seconds.map((second, index) => ({
          key: String(second.at),
          label:
            index === SECONDS - 1
              ? t("history.now")
              : t("sales.ago", { seconds: SECONDS - 1 - index }),
          value: second.sold,
        }))}
      />
    </section>
  );
}
