// Card fields of Stripe: a stand-in for its script, since the real one needs real keys and the network.
import type { Page, Route } from "@playwright/test";
import { anEvent, anOrganizer, EUR } from "./support/api";
import {
  anAddress,
  choose,
  expect,
  expectTickets,
  getTickets,
  giveContact,
  pay,
  test,
} from "./support/page";

const KEY = "pk_test_standIn";

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
async function withKeys(page: Page, script: (route: Route) => Promise<void>): Promise<void> {
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

const standIn = (route: Route) => route.fulfill({ contentType: "text/javascript", body: STAND_IN });

async function toPayment(page: Page): Promise<void> {
  const event = await anEvent(await anOrganizer(), {
    title: "Real Money",
    ticketTypes: [{ name: "Regular", price: EUR(2900) }],
  });
  await page.goto(`/events/${event.eventId}`);
  await choose(page, "Regular", 2);
  await getTickets(page);
  await giveContact(page, anAddress());
}

test("cards are typed into Stripe's fields, and a decline leaves the tickets held", async ({
  page,
}) => {
  await withKeys(page, standIn);
  await toPayment(page);
  await expect(page.getByText(`Stripe ${KEY} 5800 eur`)).toBeVisible();
  await expect(page.getByLabel("Card number")).toHaveCount(0);
  await page.evaluate(() => Object.assign(window, { cardIsEmpty: true }));
  await pay(page);
  await expect(page.getByText("The payment is on its way")).toHaveCount(0);
  await page.evaluate(() =>
    Object.assign(window, {
      cardIsEmpty: false,
      card: "pm_card_chargeDeclinedInsufficientFunds",
    }),
  );
  await pay(page);
  await expect(page.getByRole("alert")).toContainText("There isn’t enough money on this card");
  await page.evaluate(() => Object.assign(window, { card: "pm_card_visa" }));
  await pay(page);
  await expectTickets(page, 2);
});

test("a script that doesn't come is said, and loaded again when asked for", async ({ page }) => {
  let isBlocked = true;
  await withKeys(page, (route) => (isBlocked ? route.abort() : standIn(route)));
  await toPayment(page);
  const problem = page.getByRole("alert").filter({ hasText: "card fields can’t be loaded" });
  await expect(problem).toBeVisible();
  await expect(page.getByRole("button", { name: /^Pay / })).toBeDisabled();
  isBlocked = false;
  await problem.getByRole("button", { name: "Try again" }).click();
  await expect(page.getByText(`Stripe ${KEY}`)).toBeVisible();
  await expect(page.getByRole("button", { name: /^Pay / })).toBeEnabled();
});

test("fields that fail to show are said too", async ({ page }) => {
  await page.addInitScript(() => Object.assign(window, { fieldsFail: true }));
  await withKeys(page, standIn);
  await toPayment(page);
  await expect(page.getByRole("alert")).toContainText("The card fields can’t be loaded");
});
