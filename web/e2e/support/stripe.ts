// A shop with keys for Stripe, and a stand-in for its script: the real one needs real keys and the network.
import type { Page, Route } from "@playwright/test";

export const KEY = "pk_test_standIn";

/** What Stripe's script defines, as far as the page uses it; the simulator is asked in its place. */
const STAND_IN = `
window.Stripe = (key) => {
  const listeners = {};
  return {
    elements: (options) => ({
      submit: async () => window.cardIsEmpty ? { error: { type: "validation_error" } } : {},
      create: () => ({
        on: (name, tell) => { listeners[name] = tell; },
        mount: (place) => {
          place.textContent = "Stripe " + key + " " + options.amount + " " + options.currency;
          setTimeout(() => listeners[window.fieldsFail ? "loaderror" : "ready"](), 50);
        },
        unmount: () => {},
      }),
    }),
    confirmPayment: async ({ clientSecret }) => {
      const intent = await window.confirmIntent(clientSecret, window.card);
      if (intent.status) return { paymentIntent: intent };
      return { error: intent.error };
    },
    retrievePaymentIntent: async () => ({ error: {} }),
  };
};`;

/** Pages as a shop with keys would answer them, without the simulator's own page to pay on. */
export async function withKeys(page: Page, script: (route: Route) => Promise<void>): Promise<void> {
  await page.route(
    (url) => /^\/events\/[^/]+(\/checkout.*)?$/.test(url.pathname),
    async (route) => {
      const answer = await route.fetch();
      const policy = answer.headers()["content-security-policy"] ?? "";
      const html = await answer.text();
      await route.fulfill({
        response: answer,
        headers: {
          ...answer.headers(),
          "content-security-policy": policy.replace(
            "script-src 'self'",
            "script-src 'self' https://js.stripe.com",
          ),
        },
        body: html.replace(
          "</head>",
          `<meta name="stripe-publishable-key" content="${KEY}"></head>`,
        ),
      });
    },
  );
  await page.route("https://js.stripe.com/v3/", script);
  let simulator = "";
  await page.exposeFunction("confirmIntent", async (secret: string, method: string) => {
    const form = new URLSearchParams({ client_secret: secret, payment_method: method });
    const url = `${simulator}/v1/payment_intents/${secret.split("_secret")[0]}/confirm`;
    return (await fetch(url, { method: "POST", body: form })).json();
  });
  await page.route(/\/payments$/, async (route) => {
    const answer = await route.fetch();
    const body = await answer.json();
    simulator = body.payment_url ? new URL(body.payment_url).origin : simulator;
    await route.fulfill({ response: answer, json: { ...body, payment_url: null } });
  });
}

export const standIn = (route: Route) =>
  route.fulfill({ contentType: "text/javascript", body: STAND_IN });
