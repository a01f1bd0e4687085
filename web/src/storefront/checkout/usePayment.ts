// One payment, from the press of the button to what came of it.
import { useCallback, useEffect, useReducer } from "react";
import { isProblem } from "../../shared/api/problem";
import { startPayment } from "../booking/commands";
import { recallPayable, rememberPayable } from "../booking/payable";
import { type Confirmed, lookUp, type Payable, ProviderUnreachable } from "../booking/provider";
import { lookUpAtStripe, publishableKey } from "../booking/stripe";

export type PaymentState =
  | { readonly kind: "idle" | "busy" | "processing" | "paid" | "unavailable" }
  | { readonly kind: "approve"; readonly url: string }
  | { readonly kind: "declined"; readonly code: string }
  /** The card can't be sent from here: the buyer goes to the provider's page. */
  | { readonly kind: "hosted"; readonly url: string }
  | { readonly kind: "failed"; readonly error: unknown };

const ASK_EVERY_MS = 2_500;

/** Waiting for something that happens elsewhere. */
function isWaiting(state: PaymentState): boolean {
  return state.kind === "processing" || state.kind === "approve" || state.kind === "hosted";
}

function next(_: PaymentState, state: PaymentState): PaymentState {
  return state;
}

export function usePayment(eventId: string, reservationId: string) {
  const [state, set] = useReducer(next, { kind: "idle" });

  const pay = useCallback(
    async (confirm: (payable: Payable) => Promise<Confirmed>) => {
      set({ kind: "busy" });
      let payable: Payable | null = null;
      try {
        const begun = await startPayment(eventId, reservationId);
        if (begun.status === "SUCCEEDED") return set({ kind: "paid" });
        const { client_secret, payment_reference, payment_url = null } = begun;
        const canPay = payment_url !== null || publishableKey() !== null;
        if (!client_secret || !payment_reference || !canPay) return set({ kind: "unavailable" });
        payable = {
          reference: payment_reference,
          clientSecret: client_secret,
          paymentUrl: payment_url,
        };
        rememberPayable(reservationId, payable);
        set(await confirm(payable));
      } catch (error) {
        // By another tab, a moment earlier.
        if (isProblem(error, "reservation-consumed")) set({ kind: "paid" });
        else if (error instanceof ProviderUnreachable && payable?.paymentUrl) {
          set({ kind: "hosted", url: payable.paymentUrl });
        } else set({ kind: "failed", error });
      }
    },
    [eventId, reservationId],
  );

  const ask = useCallback(async () => {
    const payable = recallPayable(reservationId);
    if (!payable) return;
    try {
      const answer: Confirmed | null = payable.paymentUrl
        ? await lookUp(payable)
        : await lookUpAtStripe(payable);
      if (answer) set(answer);
    } catch {
      // Not readable from here: the order appears by itself when the provider tells the shop.
    }
  }, [reservationId]);

  // A payment that began before a reload.
  useEffect(() => {
    void ask();
  }, [ask]);
  const isAsking = isWaiting(state);
  useEffect(() => {
    if (!isAsking) return;
    const timer = setInterval(() => void ask(), ASK_EVERY_MS);
    return () => clearInterval(timer);
  }, [isAsking, ask]);

  return { state, pay, isUnderWay: isAsking || state.kind === "busy" || state.kind === "paid" };
}
