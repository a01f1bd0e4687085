// Stripe's own card fields, for shops that have real keys. Their script is loaded when somebody pays, not before.
import type { Confirmed, Payable } from "./provider";

const SCRIPT = "https://js.stripe.com/v3/";
const PATIENCE_MS = 20_000;

interface StripeError {
  readonly type?: string;
  readonly code?: string;
  readonly decline_code?: string;
  readonly payment_intent?: Intent;
}

interface Intent {
  readonly status?: string;
  readonly last_payment_error?: StripeError | null;
}

export interface CardElement {
  mount(place: HTMLElement): void;
  unmount(): void;
  on(event: "ready", tell: () => void): void;
  on(event: "loaderror", tell: () => void): void;
}

export interface Elements {
  submit(): Promise<{ readonly error?: StripeError }>;
  create(kind: "payment"): CardElement;
}

export interface Stripe {
  elements(options: Readonly<Record<string, unknown>>): Elements;
  confirmPayment(options: {
    readonly elements: Elements;
    readonly clientSecret: string;
    readonly confirmParams: { readonly return_url: string };
    readonly redirect: "if_required";
  }): Promise<{ readonly error?: StripeError; readonly paymentIntent?: Intent }>;
  retrievePaymentIntent(
    clientSecret: string,
  ): Promise<{ readonly error?: StripeError; readonly paymentIntent?: Intent }>;
}

/** What a shop with real keys tells everybody; null where the simulator takes the cards. */
export function publishableKey(): string | null {
  const meta = document.querySelector<HTMLMetaElement>('meta[name="stripe-publishable-key"]');
  return meta?.content || null;
}

let loading: Promise<Stripe> | null = null;

/** Loads Stripe's script once. What fails is tried again by the next call. */
export function loadStripe(key: string): Promise<Stripe> {
  loading ??= addScript()
    .then(() => {
      const make = (window as unknown as { Stripe?: (key: string) => Stripe }).Stripe;
      if (!make) throw new Error("Stripe's script has defined nothing");
      return make(key);
    })
    .catch((error: unknown) => {
      loading = null;
      throw error;
    });
  return loading;
}

function addScript(): Promise<void> {
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    const timer = setTimeout(() => fail("Stripe's script is too slow"), PATIENCE_MS);
    const fail = (why: string) => {
      clearTimeout(timer);
      script.remove();
      reject(new Error(why));
    };
    script.src = SCRIPT;
    script.onload = () => {
      clearTimeout(timer);
      resolve();
    };
    script.onerror = () => fail("Stripe's script can't be loaded");
    document.head.append(script);
  });
}

/** Pays with what was typed into Stripe's fields. Approval by the bank is shown by Stripe. */
export async function confirmWithStripe(
  stripe: Stripe,
  elements: Elements,
  payable: Payable,
): Promise<Confirmed> {
  const { error, paymentIntent } = await stripe.confirmPayment({
    elements,
    clientSecret: payable.clientSecret,
    // Some ways to pay lead to another site; from there people come back to this page.
    confirmParams: { return_url: window.location.href },
    redirect: "if_required",
  });
  return read(error, paymentIntent ?? error?.payment_intent);
}

/** How a payment stands that began before, perhaps before a reload. */
export async function lookUpAtStripe(payable: Payable): Promise<Confirmed | null> {
  const key = publishableKey();
  if (!key) return null;
  const stripe = await loadStripe(key);
  const { error, paymentIntent } = await stripe.retrievePaymentIntent(payable.clientSecret);
  if (error) return null;
  const isUntouched =
    paymentIntent?.status === "requires_payment_method" && !paymentIntent.last_payment_error;
  return isUntouched ? null : read(paymentIntent?.last_payment_error ?? undefined, paymentIntent);
}

function read(error: StripeError | undefined, intent: Intent | undefined): Confirmed {
  if (intent?.status === "succeeded") return { kind: "paid" };
  if (intent?.status === "processing" || intent?.status === "requires_capture") {
    return { kind: "processing" };
  }
  const isUnapproved = error?.code === "payment_intent_authentication_failure";
  const code = isUnapproved ? error.code : (error?.decline_code ?? error?.code);
  return { kind: "declined", code: code ?? "card_declined" };
}
