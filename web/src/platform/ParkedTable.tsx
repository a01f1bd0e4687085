// What couldn't be processed and waits for somebody to look at it.

import { useT } from "../organizer/i18n/useT";
import { CELL, HEAD, ROW, TABLE } from "../organizer/kit/table";
import type { Schemas } from "../shared/api/client";
import { localZone } from "../shared/lib/time";
import { Notice } from "../shared/ui/Notice";
import { When } from "../shared/ui/When";

interface Props {
  readonly count: number;
  readonly parked: readonly Schemas["Parked"][];
}

export function ParkedTable({ count, parked }: Props) {
  const t = useT();
  return (
    <section className="flex flex-col gap-3">
      <h2 className="text-lg font-bold">{t("platform.parked")}</h2>
      {count === 0 ? (
        <p className="text-muted">{t("platform.parked.none")}</p>
      ) : (
        <>
          <Notice tone="warn">{t("platform.parked.text", { count })}</Notice>
          <div className="card overflow-x-auto">
            <table className={TABLE}>
              <caption className="sr-only">{t("platform.parked")}</caption>
              <thead className={HEAD}>
                <tr>
                  <th scope="col">{t("platform.name")}</th>
                  <th scope="col">{t("platform.parked.position")}</th>
                  <th scope="col">{t("platform.parked.at")}</th>
                  <th scope="col">{t("platform.parked.reason")}</th>
                </tr>
              </thead>
              <tbody>
                {parked.map((one) => (
                  <tr key={`${one.name}-${one.generation}-${one.log_position}`} className={ROW}>
                    <th scope="row" className={`${CELL} text-start font-semibold`}>
                      {one.name}
                    </th>
                    <td className={`${CELL} tabular`} data-label={t("platform.parked.position")}>
                      {one.log_position}
                    </td>
                    <td className={CELL} data-label={t("platform.parked.at")}>
                      <When at={one.parked_at} zone={localZone()} />
                    </td>
                    <td className={`${CELL} [overflow-wrap:anywhere]`}>{one.reason}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </>
      )}
    </section>
  );
}
