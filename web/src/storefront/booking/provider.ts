// The payment provider, asked from the browser: its simulator answers in the manner of Stripe.
import { NetworkProblem } from "../../shared/api/problem";

/** What came of a card. */
export type Confirmed =
  | { readonly kind: "paid" | "processing" }
  | { readonly kind: "approve"; readonly url: string }
  | { readonly kind: "declined"; readonly code: string };

interface Intent {
  readonly status?: string;
  readonly next_action?: { readonly redirect_to_url?: { readonly url?: string } } | null;
  readonly last_payment_error?: ProviderError | null;
  readonly error?: ProviderError & { readonly payment_intent?: Intent };
}

interface ProviderError {
  readonly code?: string;
  readonly decline_code?: string;
}

export interface Payable {
  readonly reference: string;
  readonly clientSecret: string;
  /** The simulator's page; Stripe has none. */
  readonly paymentUrl: string | null;
}

const PATIENCE_MS = 30_000;

/** The provider can't be asked from here: the page must send the buyer there instead. */
export class ProviderUnreachable extends NetworkProblem {}

/**
 * Pays with a card.
 *
 * # Errors
 *
 * [`ProviderUnreachable`] if no answer came or may be read; the payment may have been made.
 */
export async function confirm(payable: Payable, method: string): Promise<Confirmed> {
  const url = new URL(`/v1/payment_intents/${payable.reference}/confirm`, addressOf(payable));
  const form = new URLSearchParams({ client_secret: payable.clientSecret, payment_method: method });
  return read(await ask(url, { method: "POST", body: form }));
}

/** How the payment stands at the provider. */
export async function lookUp(payable: Payable): Promise<Confirmed | null> {
  const url = new URL(`/v1/payment_intents/${payable.reference}`, addressOf(payable));
  url.searchParams.set("client_secret", payable.clientSecret);
  const intent = await ask(url, { method: "GET" });
  const isUntouched = intent.status === "requires_payment_method" && !intent.last_payment_error;
  return isUntouched ? null : read(intent);
}

function addressOf({ paymentUrl }: Payable): string {
  if (paymentUrl === null) throw new ProviderUnreachable("the provider has no address for this");
  return paymentUrl;
}

async function ask(url: URL, init: RequestInit): Promise<Intent> {
  try {
    const signal = AbortSignal.timeout(PATIENCE_MS);
    const answer = await fetch(url, {
      ...init,
      signal,
      credentials: "omit",
      referrerPolicy: "no-referrer",
    });
    if (answer.status >= 500 || answer.status === 429) throw new Error(`HTTP ${answer.status}`);
    return (await answer.json()) as Intent;
  } catch (error) {
    throw new ProviderUnreachable("the provider gave no answer", { cause: error });
  }
}

function read(intent: Intent): Confirmed {
  const status = intent.status ?? intent.error?.payment_intent?.status;
  const approval = intent.next_action?.redirect_to_url?.url;
  if (status === "succeeded") return { kind: "paid" };
  if (status === "processing") return { kind: "processing" };
  if (status === "requires_action" && approval) return { kind: "approve", url: approval };
  const error = intent.error ?? intent.last_payment_error;
  const isUnapproved = error?.code === "payment_intent_authentication_failure";
  const code = isUnapproved ? error.code : error?.decline_code;
  return { kind: "declined", code: code ?? error?.code ?? "card_declined" };
}
