// The figures of the event after the chosen step.
import type { ReactNode } from "react";
import { useI18n } from "../../shared/i18n/context";
import { cx } from "../../shared/lib/cx";
import { Money } from "../../shared/ui/Money";
import { StatusBadge } from "../event/StatusBadge";
import { useT } from "../i18n/useT";
import type { StateView } from "./queries";

interface Props {
  readonly state: StateView;
  readonly isNow: boolean;
  readonly isStale: boolean;
}

export function StateThen({ state: view, isNow, isStale }: Props) {
  const t = useT();
  const { locale } = useI18n();
  const number = (value: number) => new Intl.NumberFormat(locale).format(value);
  const { state } = view;
  return (
    <section
      aria-busy={isStale}
      className={cx("card flex flex-col gap-4 p-5", isStale && "opacity-70")}
    >
      <h2 className="text-lg font-bold">{t(isNow ? "history.state.now" : "history.then")}</h2>
      {!state && <p className="text-muted">{t("history.none")}</p>}
      {state && (
        <>
          <dl className="grid grid-cols-2 gap-4 text-sm sm:grid-cols-4">
            <Figure label={t("history.status")}>
              <StatusBadge status={state.status} />
            </Figure>
            <Figure label={t("history.capacity")}>
              {state.total_capacity == null ? "–" : number(state.total_capacity)}
            </Figure>
            <Figure label={t("history.sold")}>{number(state.sold)}</Figure>
            <Figure label={t("history.held")}>{number(state.held)}</Figure>
            <Figure label={t("history.orders")}>{number(state.orders)}</Figure>
            <Figure label={t("history.issued")}>{number(state.tickets_issued)}</Figure>
            <Figure label={t("history.revenue")}>
              <Money value={{ amount: state.revenue_minor, currency: state.currency }} />
            </Figure>
            <Figure label={t("history.title")}>
              <bdi>{state.title}</bdi>
            </Figure>
          </dl>
          {state.ticket_types.length > 0 && (
            <ul className="tabular flex flex-col gap-1 border-t border-border pt-3 text-sm">
              {state.ticket_types.map((type) => (
                <li key={type.ticket_type_id} className="flex justify-between gap-4">
                  <bdi className="min-w-0 font-semibold [overflow-wrap:anywhere]">{type.name}</bdi>
                  <span className="text-muted">
                    {t("history.sold")} {number(type.sold)}, {t("history.held")} {number(type.held)}
                  </span>
                </li>
              ))}
            </ul>
          )}
        </>
      )}
    </section>
  );
}

function Figure({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    <div>
      <dt className="text-muted">{label}</dt>
      <dd className="tabular text-base font-semibold [overflow-wrap:anywhere]">{children}</dd>
    </div>
  );
}
