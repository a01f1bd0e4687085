// Projections or policies: which generation, how far behind, and how far a rebuild is.

import { useT } from "../organizer/i18n/useT";
import { CELL, HEAD, ROW, TABLE } from "../organizer/kit/table";
import type { Schemas } from "../shared/api/client";
import { useI18n } from "../shared/i18n/context";
import { Badge } from "../shared/ui/Badge";

type Health = Schemas["ProjectionHealth"];

interface Props {
  readonly title: string;
  readonly rows: readonly Health[];
}

/** So much is ordinary while things happen. */
const ORDINARY_SECONDS = 5;

export function HealthTable({ title, rows }: Props) {
  const t = useT();
  return (
    <section className="flex flex-col gap-3">
      <h2 className="text-lg font-bold">{title}</h2>
      <div className="card overflow-x-auto">
        <table className={TABLE}>
          <caption className="sr-only">{title}</caption>
          <thead className={HEAD}>
            <tr>
              <th scope="col">{t("platform.name")}</th>
              <th scope="col">{t("platform.generation")}</th>
              <th scope="col">{t("platform.lag")}</th>
              <th scope="col">{t("platform.state")}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={`${row.name}-${row.generation}`} className={ROW}>
                <th scope="row" className={`${CELL} text-start font-semibold`}>
                  {row.name}
                </th>
                <td className={`${CELL} tabular`} data-label={t("platform.generation")}>
                  {row.generation}
                </td>
                <td className={`${CELL} tabular`} data-label={t("platform.lag")}>
                  {t("platform.lag.events", { count: row.lag_events })}
                  {row.lag_events > 0 &&
                    `, ${t("platform.lag.seconds", { seconds: row.lag_seconds })}`}
                </td>
                <td className={CELL} data-label={t("platform.state")}>
                  <State of={row} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function State({ of }: { readonly of: Health }) {
  const t = useT();
  const { locale } = useI18n();
  if (!of.active) {
    const head = of.shards.reduce((sum, shard) => sum + shard.head, 0);
    const done = head > 0 ? (head - of.lag_events) / head : 1;
    const percent = new Intl.NumberFormat(locale, { style: "percent" }).format(done);
    return (
      <Badge tone="info">
        {t("platform.building")}, {t("platform.progress", { percent })}
      </Badge>
    );
  }
  const isBehind = of.lag_seconds > ORDINARY_SECONDS;
  return (
    <Badge tone={isBehind ? "warn" : "success"}>
      {t(isBehind ? "platform.behind" : "platform.current")}
    </Badge>
  );
}
