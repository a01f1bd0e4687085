// The card, typed into Stripe's own fields: what is typed there we never see.
import { useEffect, useRef, useState } from "react";
import { useI18n } from "../../shared/i18n/context";
import type { MoneyValue } from "../../shared/lib/money";
import { Button } from "../../shared/ui/Button";
import { Notice } from "../../shared/ui/Notice";
import { Skeleton } from "../../shared/ui/Skeleton";
import { confirmWithStripe, type Elements, loadStripe, type Stripe } from "../booking/stripe";
import { useT } from "../i18n/useT";
import type { usePayment } from "./usePayment";

interface Props {
  readonly publishableKey: string;
  readonly total: MoneyValue;
  readonly label: string;
  readonly payment: ReturnType<typeof usePayment>;
}

type Fields =
  | { readonly kind: "loading" | "failed" }
  | { readonly kind: "ready"; readonly stripe: Stripe; readonly elements: Elements };

export function StripeForm({ publishableKey, total, label, payment }: Props) {
  const t = useT();
  const { language } = useI18n();
  const place = useRef<HTMLDivElement>(null);
  const [fields, setFields] = useState<Fields>({ kind: "loading" });
  const [attempt, setAttempt] = useState(0);
  const { amount, currency } = total;

  // biome-ignore lint/correctness/useExhaustiveDependencies: each attempt loads anew.
  useEffect(() => {
    let isGone = false;
    let unmount = () => {};
    setFields({ kind: "loading" });
    const failed = () => !isGone && setFields({ kind: "failed" });
    loadStripe(publishableKey).then((stripe) => {
      if (isGone || !place.current) return;
      const elements = stripe.elements({
        mode: "payment",
        amount,
        currency: currency.toLowerCase(),
        locale: language,
        appearance: appearance(),
      });
      const card = elements.create("payment");
      card.on("ready", () => !isGone && setFields({ kind: "ready", stripe, elements }));
      card.on("loaderror", failed);
      card.mount(place.current);
      unmount = () => card.unmount();
    }, failed);
    return () => {
      isGone = true;
      unmount();
    };
  }, [publishableKey, amount, currency, language, attempt]);

  const send = async () => {
    if (fields.kind !== "ready" || payment.isUnderWay) return;
    const { stripe, elements } = fields;
    // Stripe says beside its fields what is missing.
    const { error } = await elements.submit();
    if (!error) await payment.pay((payable) => confirmWithStripe(stripe, elements, payable));
  };

  return (
    <form
      noValidate
      className="flex flex-col gap-5"
      onSubmit={(submitted) => {
        submitted.preventDefault();
        void send();
      }}
    >
      <section aria-labelledby="card" className="card flex flex-col gap-4 p-5">
        <h2 id="card" className="text-lg font-bold">
          {t("pay.card.title")}
        </h2>
        {fields.kind === "failed" && (
          <Notice tone="danger" role="alert">
            <p>{t("pay.stripe.failed")}</p>
            <p className="mt-3">
              <Button onClick={() => setAttempt((count) => count + 1)}>{t("action.retry")}</Button>
            </p>
          </Notice>
        )}
        <div className="relative min-h-56" hidden={fields.kind === "failed"}>
          {fields.kind === "loading" && (
            <div aria-busy="true" className="absolute inset-0 flex flex-col gap-4">
              <p role="status" className="sr-only">
                {t("pay.stripe.loading")}
              </p>
              <Skeleton className="h-11" />
              <Skeleton className="h-11" />
              <Skeleton className="h-11 w-1/2" />
            </div>
          )}
          <div ref={place} />
        </div>
        <p className="text-sm text-muted">{t("pay.stripe.note")}</p>
      </section>
      <Button
        type="submit"
        tone="primary"
        size="lg"
        isDisabled={fields.kind !== "ready"}
        isBusy={payment.isUnderWay}
      >
        {label}
      </Button>
    </form>
  );
}

/** Our colours, which Stripe's frame can't read by itself. */
function appearance() {
  const style = getComputedStyle(document.body);
  return {
    theme: window.matchMedia("(prefers-color-scheme: dark)").matches ? "night" : "stripe",
    variables: { colorText: style.color, fontFamily: style.fontFamily, borderRadius: "8px" },
  };
}
