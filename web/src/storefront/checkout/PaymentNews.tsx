// What came of the payment so far.
import { CreditCard, ExternalLink, Hourglass, ShieldCheck } from "lucide-react";
import { useEffect, useRef } from "react";
import { buttonClass } from "../../shared/ui/buttonClass";
import { ErrorPanel } from "../../shared/ui/ErrorPanel";
import { Notice } from "../../shared/ui/Notice";
import { Spinner } from "../../shared/ui/Spinner";
import { useT } from "../i18n/useT";
import type { PaymentState } from "./usePayment";

export function PaymentNews({ state }: { readonly state: PaymentState }) {
  const box = useRef<HTMLDivElement>(null);
  const { kind } = state;
  useEffect(() => {
    if (kind === "declined" || kind === "failed" || kind === "approve" || kind === "hosted") {
      box.current?.scrollIntoView({ block: "nearest" });
    }
  }, [kind]);
  return (
    <div ref={box} className="scroll-mt-24 empty:hidden">
      <News state={state} />
    </div>
  );
}

function News({ state }: { readonly state: PaymentState }) {
  const t = useT();
  switch (state.kind) {
    case "idle":
      return null;
    case "busy":
    case "paid":
    case "processing":
      return (
        <Notice role="status" icon={<Hourglass size={22} className="text-primary" />}>
          <p>{t("pay.busy")}</p>
        </Notice>
      );
    case "declined":
      return (
        <Notice tone="danger" role="alert" icon={<CreditCard size={22} className="text-danger" />}>
          <p className="font-semibold text-danger">{t("pay.declined.title")}</p>
          <p>{t(reason(state.code))}</p>
          <p>{t("pay.declined.held")}</p>
        </Notice>
      );
    case "approve":
      return (
        <Notice role="status" icon={<ShieldCheck size={22} className="text-primary" />}>
          <p className="font-semibold">{t("pay.approve.title")}</p>
          <p>{t("pay.approve.text")}</p>
          <Elsewhere url={state.url} text={t("pay.approve.action")} />
        </Notice>
      );
    case "hosted":
      return (
        <Notice role="status" icon={<ExternalLink size={22} className="text-primary" />}>
          <p>{t("pay.hosted.text")}</p>
          <Elsewhere url={state.url} text={t("pay.hosted.action")} />
        </Notice>
      );
    case "unavailable":
      return (
        <Notice tone="danger" role="alert">
          <p>{t("pay.unavailable.text")}</p>
        </Notice>
      );
    case "failed":
      return <ErrorPanel error={state.error} />;
  }
}

/** A page of somebody else, in a tab of its own: this one waits for what comes of it. */
function Elsewhere({ url, text }: { readonly url: string; readonly text: string }) {
  const t = useT();
  return (
    <p className="mt-3 flex flex-wrap items-center gap-4">
      <a href={url} target="_blank" rel="noreferrer" className={buttonClass("primary")}>
        {text}
        <ExternalLink size={18} aria-hidden="true" />
      </a>
      <span className="inline-flex items-center gap-2 text-sm text-muted">
        <Spinner />
        {t("pay.hosted.waiting")}
      </span>
    </p>
  );
}

function reason(code: string) {
  switch (code) {
    case "insufficient_funds":
      return "pay.declined.insufficient_funds";
    case "generic_decline":
    case "card_declined":
      return "pay.declined.card_declined";
    case "payment_intent_authentication_failure":
      return "pay.declined.authentication";
    default:
      return "pay.declined.other";
  }
}
