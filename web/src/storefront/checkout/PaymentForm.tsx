// The payment page of a hold that stands.
import { useState } from "react";
import type { EventView } from "../../shared/catalogue/queries";
import { useI18n } from "../../shared/i18n/context";
import { formatMoney } from "../../shared/lib/money";
import { HoldTimer } from "../../shared/ui/HoldTimer";
import { PageHeading } from "../../shared/ui/PageHeading";
import type { Reservation } from "../booking/queries";
import { publishableKey } from "../booking/stripe";
import { useT } from "../i18n/useT";
import { type HoldAction, HoldActions } from "./HoldActions";
import { HoldDialogs } from "./HoldDialogs";
import { OrderSummary } from "./OrderSummary";
import { PaymentNews } from "./PaymentNews";
import { SimulatorForm } from "./SimulatorForm";
import { StripeForm } from "./StripeForm";
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

export function PaymentForm({ event, hold, card, payment, onOver }: Props) {
  const t = useT();
  const { locale } = useI18n();
  const label = t("pay.submit", { price: formatMoney(hold.total, locale) });
  const stripeKey = publishableKey();
  const [open, setOpen] = useState<HoldAction | null>(null);

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
          <HoldActions hold={hold} isUnderWay={payment.isUnderWay} onOpen={setOpen} />
        </div>
      </div>
      <div className="flex min-w-0 flex-col gap-5 lg:col-start-1 lg:row-start-2">
        {stripeKey ? (
          <StripeForm
            publishableKey={stripeKey}
            total={hold.total}
            label={label}
            payment={payment}
          />
        ) : (
          <SimulatorForm card={card} label={label} payment={payment} />
        )}
        <p className="text-sm text-muted">
          {hold.contact && <>{t("pay.delivery", { email: hold.contact.email })} </>}
          {t("pay.end")}
        </p>
        <div className="lg:hidden">
          <HoldActions hold={hold} isUnderWay={payment.isUnderWay} onOpen={setOpen} />
        </div>
      </div>
      <HoldDialogs hold={hold} open={open} onClose={() => setOpen(null)} />
    </div>
  );
}
