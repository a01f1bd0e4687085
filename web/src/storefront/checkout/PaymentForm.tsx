// The payment page of a hold that stands.
import { useState } from "react";
import type { EventView } from "../../shared/catalogue/queries";
import { useI18n } from "../../shared/i18n/context";
import { formatMoney } from "../../shared/lib/money";
import { Button } from "../../shared/ui/Button";
import { ErrorSummary } from "../../shared/ui/ErrorSummary";
import { HoldTimer } from "../../shared/ui/HoldTimer";
import { PageHeading } from "../../shared/ui/PageHeading";
import { testCard } from "../booking/cards";
import type { Reservation } from "../booking/queries";
import { useT } from "../i18n/useT";
import { CardFields } from "./CardFields";
import { HoldActions } from "./HoldActions";
import { OrderSummary } from "./OrderSummary";
import { PaymentNews } from "./PaymentNews";
import { TestCards } from "./TestCards";
import { TimeWarning } from "./TimeWarning";
import type { CardForm } from "./useCardForm";
import type { usePayment } from "./usePayment";

interface Props {
  readonly event: EventView;
  readonly hold: Reservation;
  readonly card: CardForm;
  readonly payment: ReturnType<typeof usePayment>;
  readonly onOver: () => void;
}

const FIELDS = ["number", "expiry", "cvc"] as const;

export function PaymentForm({ event, hold, card, payment, onOver }: Props) {
  const t = useT();
  const { locale } = useI18n();
  const [attempt, setAttempt] = useState(0);
  const { errors } = card.formState;
  const price = formatMoney(hold.total, locale);

  const send = card.handleSubmit(
    ({ number }) => {
      const known = testCard(number);
      if (known) return payment.pay(known.method);
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
    <div className="mx-auto grid w-full max-w-4xl gap-x-6 gap-y-5 py-4 lg:grid-cols-[minmax(0,1fr)_22rem]">
      <div className="flex flex-col gap-4 lg:col-span-2">
        <div className="flex flex-wrap items-center justify-between gap-3">
          <PageHeading title={t("pay.title")} />
          <HoldTimer expiresAt={hold.expires_at} onOver={onOver} />
        </div>
        <TimeWarning expiresAt={hold.expires_at} />
        <PaymentNews state={payment.state} />
      </div>
      <div className="flex flex-col gap-4 lg:col-start-2 lg:row-start-2">
        <OrderSummary event={event} items={hold.items} />
        <div className="max-lg:hidden">
          <HoldActions hold={hold} isUnderWay={payment.isUnderWay} />
        </div>
      </div>
      <div className="flex min-w-0 flex-col gap-5 lg:col-start-1 lg:row-start-2">
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
            {t("pay.submit", { price })}
          </Button>
        </form>
        <p className="text-sm text-muted">
          {hold.contact && <>{t("pay.delivery", { email: hold.contact.email })} </>}
          {t("pay.end")}
        </p>
        <div className="lg:hidden">
          <HoldActions hold={hold} isUnderWay={payment.isUnderWay} />
        </div>
      </div>
    </div>
  );
}
