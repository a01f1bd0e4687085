// What happened about an order, in order.
import type { Schemas } from "../../shared/api/client";
import { cx } from "../../shared/lib/cx";
import { Money } from "../../shared/ui/Money";
import { When } from "../../shared/ui/When";
import { useT } from "../i18n/useT";

type Step = Schemas["StepView"];

const BAD: readonly Step["kind"][] = ["expired", "payment_failed", "refund_requested"];

interface Props {
  readonly steps: readonly Step[];
  readonly zone: string;
}

export function Timeline({ steps, zone }: Props) {
  const t = useT();
  return (
    <ol className="flex flex-col gap-4 border-s border-border ps-4">
      {steps.map((step, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: history only grows at its end.
        <li key={index} className="relative text-sm">
          <span
            aria-hidden="true"
            className={cx(
              "absolute -start-5.25 top-1.5 size-2.5 rounded-full",
              BAD.includes(step.kind) ? "bg-danger" : "bg-primary",
            )}
          />
          <p className="font-semibold">
            {t(`step.${step.kind}`)}
            {step.tickets != null && ` (${t("step.tickets", { count: step.tickets })})`}
          </p>
          <p className="text-muted">
            <When at={step.at} zone={zone} />
            {step.amount && (
              <>
                , <Money value={step.amount} />
              </>
            )}
            {step.code && `, ${step.code}`}
          </p>
        </li>
      ))}
    </ol>
  );
}
