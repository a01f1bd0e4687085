// Buying as a guest, and what may come in between.
import { anEvent, anOrganizer, EUR, type MadeEvent, type Organizer } from "./support/api";
import {
  anAddress,
  CARDS,
  choose,
  expect,
  expectTickets,
  fillCard,
  getTickets,
  giveContact,
  pay,
  test,
} from "./support/page";

let organizer: Organizer;
let event: MadeEvent;

test.beforeAll(async () => {
  organizer = await anOrganizer();
  event = await anEvent(organizer, {
    title: "Four Hands, One Piano",
    ticketTypes: [
      { name: "Regular", price: EUR(2900) },
      { name: "Front row", price: EUR(4900), allocation: 300, max_per_order: 4 },
    ],
  });
});

test("a guest finds an event, buys two tickets and has their codes", async ({ page, refused }) => {
  const title = `Night ${crypto.randomUUID().slice(0, 8)}`;
  await anEvent(organizer, { title, ticketTypes: [{ name: "Regular", price: EUR(2900) }] });
  await page.goto("/");
  await page.getByRole("searchbox", { name: "Search events" }).fill(title);
  await page.getByRole("link", { name: title }).click();
  await expect(page.getByRole("heading", { name: title, level: 1 })).toBeVisible();
  await choose(page, "Regular", 2);
  await expect(page.getByText("€58.00").filter({ visible: true })).toBeVisible();
  await getTickets(page);
  const email = anAddress();
  await giveContact(page, email);
  await expect(page.getByRole("timer")).toBeVisible();
  await fillCard(page, CARDS.good);
  await pay(page);
  await expectTickets(page, 2);
  await expect(page.getByText(email)).toBeVisible();

  await page.getByRole("link", { name: "My tickets" }).click();
  await expect(page.getByRole("link", { name: title })).toBeVisible();
  expect(refused).toEqual([]);
});

test("a declined card leaves the tickets held, and another card buys them", async ({ page }) => {
  await page.goto(`/events/${event.eventId}`);
  await choose(page, "Regular", 1);
  await getTickets(page);
  await giveContact(page, anAddress());
  const address = page.url();
  await fillCard(page, CARDS.funds);
  await pay(page);
  await expect(page.getByRole("alert")).toContainText("isn’t enough money");
  await expect(page.getByRole("alert")).toContainText("still held");
  expect(page.url()).toBe(address);
  await fillCard(page, CARDS.good);
  await pay(page);
  await expectTickets(page, 1);
  await expect(page.getByText("Payment declined")).toBeVisible();
});

test("wrong card details are told in one place that leads to each field", async ({ page }) => {
  await page.goto(`/events/${event.eventId}`);
  await choose(page, "Regular", 1);
  await getTickets(page);
  await page.getByRole("button", { name: "Hold tickets and continue" }).click();
  const summary = page.getByRole("alert");
  await expect(summary).toBeFocused();
  await summary.getByRole("link", { name: /Enter an email address/ }).click();
  await expect(page.getByLabel("Email")).toBeFocused();
  await giveContact(page, anAddress());
  await page.getByLabel("Card number").fill("4242 4242 4242 4241");
  await pay(page);
  await expect(page.getByRole("alert")).toContainText("Please check 3 fields");
  await expect(page.getByLabel("Card number")).toHaveValue("4242 4242 4242 4241");
});

test("the hold, its deadline and the tickets survive a reload at every step", async ({ page }) => {
  await page.goto(`/events/${event.eventId}`);
  await choose(page, "Front row", 3);
  await page.reload();
  await expect(page.getByRole("textbox", { name: "Front row" })).toHaveValue("3");
  await getTickets(page);
  await page.getByLabel("Email").fill("typed@example.org");
  await page.reload();
  await expect(page.getByLabel("Email")).toHaveValue("typed@example.org");
  await giveContact(page, anAddress());
  await page.reload();
  await expect(page.getByRole("timer")).toBeVisible();
  await fillCard(page, CARDS.good);
  await pay(page);
  await expectTickets(page, 3);
  await page.reload();
  await expectTickets(page, 3);
});

test("going back from the payment keeps the hold and finds it again", async ({ page }) => {
  await page.goto(`/events/${event.eventId}`);
  await choose(page, "Regular", 2);
  await getTickets(page);
  await giveContact(page, anAddress());
  await page.goBack();
  await page.goBack();
  await expect(page.getByText("2 tickets are held for you.")).toBeVisible();
  await page.getByRole("link", { name: "Go on to pay" }).click();
  await fillCard(page, CARDS.good);
  await pay(page);
  await expectTickets(page, 2);
});

test("a hold goes on on another device by its link, and its end is seen by both", async ({
  page,
  browser,
}) => {
  await page.goto(`/events/${event.eventId}`);
  await choose(page, "Regular", 1);
  await getTickets(page);
  await giveContact(page, anAddress());
  await page
    .getByRole("button", { name: "Go on on another device" })
    .filter({ visible: true })
    .click();
  const link = await page.getByLabel("Link to this checkout").inputValue();
  const elsewhere = await (await browser.newContext()).newPage();
  await elsewhere.goto(link);
  await expect(elsewhere.getByRole("heading", { name: "Pay", level: 1 })).toBeVisible();
  expect(elsewhere.url()).not.toContain("access_token");
  await fillCard(elsewhere, CARDS.good);
  await pay(elsewhere);
  await expectTickets(elsewhere, 1);
  await page.reload();
  await expectTickets(page, 1);
});

test("tickets given back are free at once", async ({ page }) => {
  await page.goto(`/events/${event.eventId}`);
  await choose(page, "Regular", 1);
  await getTickets(page);
  await giveContact(page, anAddress());
  await page
    .getByRole("button", { name: "Give the tickets back" })
    .filter({ visible: true })
    .click();
  // Also of somebody who turns the device meanwhile, and is shown other buttons than the one pressed.
  const asked = page.getByRole("dialog");
  for (const width of [390, 1280]) {
    await page.setViewportSize({ width, height: 844 });
    await expect(asked).toBeVisible();
  }
  await asked.getByRole("button", { name: "Give the tickets back" }).click();
  await expect(
    page.getByRole("heading", { name: "Four Hands, One Piano", level: 1 }),
  ).toBeVisible();
  await expect(page.getByText("You hold tickets for this event")).toBeHidden();
});

test("free tickets need no payment, and the buyer's own price is checked", async ({ page }) => {
  const made = await anEvent(organizer, {
    title: "Quayside Summer Festival",
    details: { per_person_cap: 4 },
    ticketTypes: [
      {
        name: "Pay what you want",
        price: { kind: "pay_what_you_want", minimum: 500, maximum: 10_000, suggested: 1500 },
      },
      { name: "Community", price: { kind: "free" }, allocation: 200 },
    ],
  });
  await page.goto(`/events/${made.eventId}`);
  await choose(page, "Pay what you want", 1);
  const price = page.getByLabel("Your price for each ticket (EUR)");
  await price.fill("3");
  await expect(page.getByText(/Choose an amount from €5\.00 to €100\.00/)).toBeVisible();
  await price.fill("7,50");
  await expect(page.getByText("€7.50").filter({ visible: true })).toBeVisible();
  await page.getByRole("button", { name: "One fewer: Pay what you want" }).click();
  await choose(page, "Community", 4);
  await expect(
    page.getByText("At most 4 tickets for each person at this event").first(),
  ).toBeVisible();
  await expect(page.getByRole("button", { name: "One more: Community" })).toBeDisabled();
  await getTickets(page);
  await page.getByLabel("Email").fill(anAddress());
  await page.getByRole("button", { name: "Get the tickets" }).click();
  await expectTickets(page, 4);
});
