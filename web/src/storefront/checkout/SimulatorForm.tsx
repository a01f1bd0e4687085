// The card form of the payment simulator: it knows its test cards only.
import { useState } from "react";
import { Button } from "../../shared/ui/Button";
import { ErrorSummary } from "../../shared/ui/ErrorSummary";
import { testCard } from "../booking/cards";
import { confirm } from "../booking/provider";
import { useT } from "../i18n/useT";
import { CardFields } from "./CardFields";
import { TestCards } from "./TestCards";
import type { CardForm } from "./useCardForm";
import type { usePayment } from "./usePayment";

interface Props {
  readonly card: CardForm;
  readonly label: string;
  readonly payment: ReturnType<typeof usePayment>;
}

const FIELDS = ["number", "expiry", "cvc"] as const;

export function SimulatorForm({ card, label, payment }: Props) {
  const t = useT();
  const [attempt, setAttempt] = useState(0);
  const { errors } = card.formState;

  const send = card.handleSubmit(
    ({ number }) => {
      const known = testCard(number);
      if (known) return payment.pay((payable) => confirm(payable, known.method));
      card.setError("number", { message: t("pay.card.unknown") });
      setAttempt((count) => count + 1);
    },
    () => setAttempt((count) => count + 1),
  );
  const wrong = FIELDS.flatMap((field) => {
    const text = errors[field]?.message;
    return text ? { field, text } : [];
  });

  return (
    <form
      noValidate
      className="flex flex-col gap-5"
      onSubmit={(submitted) => {
        submitted.preventDefault();
        if (!payment.isUnderWay) void send();
      }}
    >
      <ErrorSummary attempt={attempt} items={attempt > 0 ? wrong : []} />
      <section aria-labelledby="card" className="card flex flex-col gap-5 p-5">
        <h2 id="card" className="text-lg font-bold">
          {t("pay.card.title")}
        </h2>
        <TestCards form={card} />
        <CardFields form={card} />
      </section>
      <Button type="submit" tone="primary" size="lg" isBusy={payment.isUnderWay}>
        {label}
      </Button>
    </form>
  );
}
