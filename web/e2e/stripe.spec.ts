// Card fields of Stripe: a stand-in for its script, since the real one needs real keys and the network.
import type { Page } from "@playwright/test";
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
import { KEY, standIn, withKeys } from "./support/stripe";

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
