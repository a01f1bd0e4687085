// The steps of an order, the first on top.
import { Check, CircleAlert, Clock, Ticket, Undo2 } from "lucide-react";
import { useI18n } from "../../shared/i18n/context";
import { cx } from "../../shared/lib/cx";
import { formatTime, localZone } from "../../shared/lib/time";
import type { Timeline as TimelineData } from "../booking/queries";
import { useT } from "../i18n/useT";

type Step = TimelineData["steps"][number];

const ICONS: Record<Step["kind"], typeof Check> = {
  held: Ticket,
  expired: Clock,
  released: Undo2,
  payment_started: Clock,
  payment_failed: CircleAlert,
  paid: Check,
  issued: Ticket,
  completed: Check,
  refund_requested: Undo2,
  refund_settled: Check,
};

export function Timeline({ steps }: { readonly steps: readonly Step[] }) {
  const t = useT();
  const { locale } = useI18n();
  return (
    <section aria-labelledby="timeline" className="card p-5 print:hidden">
      <h2 id="timeline" className="text-lg font-bold">
        {t("order.timeline")}
      </h2>
      <ol className="mt-3 flex flex-col">
        {steps.map((step, index) => {
          const Icon = ICONS[step.kind];
          const isBad = step.kind === "payment_failed" || step.kind === "expired";
          return (
            <li
              key={`${step.kind} ${step.at} ${step.reference ?? index}`}
              className="relative flex gap-3 pb-4 last:pb-0 not-last:before:absolute not-last:before:start-3.5 not-last:before:top-7 not-last:before:bottom-0 not-last:before:w-px not-last:before:bg-border"
            >
              <span
                aria-hidden="true"
                className={cx(
                  "grid size-7 shrink-0 place-items-center rounded-full",
                  isBad ? "bg-danger-bg text-danger" : "bg-info-bg text-primary",
                )}
              >
                <Icon size={15} />
              </span>
              <p>
                <span className="block leading-7 font-medium">{t(`order.step.${step.kind}`)}</span>
                <time dateTime={step.at} className="tabular block text-sm text-muted">
                  {formatTime(step.at, localZone(), locale, "short")}
                </time>
              </p>
            </li>
          );
        })}
      </ol>
    </section>
  );
}
