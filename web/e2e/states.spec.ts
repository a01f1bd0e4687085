// What may come in between: the clock, other buyers, other tabs, no network, another language, no mouse.
import { anEvent, anOrganizer, EUR, hold, inDays, type Organizer, release } from "./support/api";
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

test.beforeAll(async () => {
  organizer = await anOrganizer();
});

const regular = [{ name: "Regular", price: EUR(2900) }];

test("a hold that ends while paying says so, keeps what was typed, and is made again", async ({
  page,
}) => {
  test.setTimeout(150_000);
  const event = await anEvent(organizer, {
    title: "Short Hold",
    ticketTypes: regular,
    details: { hold_ttl_seconds: 60 },
  });
  await page.goto(`/events/${event.eventId}`);
  await choose(page, "Regular", 2);
  await getTickets(page);
  await giveContact(page, anAddress());
  await expect(page.getByText("Two minutes left")).toBeVisible();
  await fillCard(page, CARDS.good);
  await expect(page.getByRole("heading", { name: "The time is up" })).toBeVisible({
    timeout: 75_000,
  });
  await expect(page.getByText("nothing was charged")).toBeVisible();
  await page.getByRole("button", { name: "Hold the same tickets again" }).click();
  await expect(page.getByLabel("Card number")).toHaveValue(CARDS.good);
  await pay(page);
  await expectTickets(page, 2);
});

test("what others take and give back is seen without a reload", async ({ page }) => {
  const event = await anEvent(organizer, {
    title: "Last Seats",
    ticketTypes: regular,
    details: { total_capacity: 3 },
  });
  await page.goto(`/events/${event.eventId}`);
  await expect(page.getByText("Only 3 left")).toBeVisible();
  const others = await hold(event, 3);
  await expect(
    page.getByRole("heading", { name: "All tickets are taken right now" }),
  ).toBeVisible();
  await expect(page.getByRole("status").filter({ hasText: "Regular is sold out." })).toBeAttached();
  await release(event, others);
  await expect(page.getByText("Only 3 left")).toBeVisible();
});

test("tickets sold while somebody typed are named, and the way back is offered", async ({
  page,
}) => {
  const event = await anEvent(organizer, {
    title: "Two Seats",
    ticketTypes: regular,
    details: { total_capacity: 2 },
  });
  await page.goto(`/events/${event.eventId}`);
  await choose(page, "Regular", 2);
  await getTickets(page);
  await hold(event, 1);
  await page.getByLabel("Email").fill(anAddress());
  await page.getByRole("button", { name: "Hold tickets and continue" }).click();
  await expect(page.getByRole("alert")).toContainText("only 1 ticket left");
  await page.getByRole("link", { name: "Change what you chose" }).click();
  await expect(page.getByText("Only 1 left")).toBeVisible();
});

test("two tabs pay for one hold: one payment, both show the tickets", async ({ page, context }) => {
  const event = await anEvent(organizer, { title: "Two Tabs", ticketTypes: regular });
  await page.goto(`/events/${event.eventId}`);
  await choose(page, "Regular", 1);
  await getTickets(page);
  await giveContact(page, anAddress());
  const other = await context.newPage();
  await other.goto(page.url());
  await fillCard(other, CARDS.good);
  await fillCard(page, CARDS.good);
  await Promise.all([pay(page), pay(other)]);
  await expectTickets(page, 1);
  await expectTickets(other, 1);
  await expect(page.getByText("Paid", { exact: true }).first()).toBeVisible();
});

test("not yet on sale: a countdown, and the sale opens by itself", async ({ page }) => {
  const opens = new Date(Date.now() + 6_000).toISOString();
  const event = await anEvent(organizer, {
    title: "Soon",
    ticketTypes: [{ name: "Regular", price: EUR(2900), sale_starts_at: opens }],
  });
  await page.goto(`/events/${event.eventId}`);
  await expect(page.getByRole("heading", { name: "Not on sale yet" })).toBeVisible();
  await expect(page.getByRole("button", { name: "One more: Regular" })).toBeEnabled({
    timeout: 15_000,
  });
});

test("a device whose clock is an hour off shows the server's deadline", async ({ page }) => {
  const event = await anEvent(organizer, {
    title: "Wrong Clock",
    ticketTypes: regular,
    details: { hold_ttl_seconds: 600 },
  });
  await page.clock.install({ time: Date.now() + 3_600_000 });
  await page.goto(`/events/${event.eventId}`);
  await choose(page, "Regular", 1);
  await getTickets(page);
  await giveContact(page, anAddress());
  await expect(page.getByRole("timer")).toHaveText(/^(10:00|9:5\d)$/);
});

test("offline is said, nothing typed is lost, and it goes on by itself", async ({
  page,
  context,
}) => {
  const event = await anEvent(organizer, { title: "Offline", ticketTypes: regular });
  await page.goto(`/events/${event.eventId}`);
  await choose(page, "Regular", 1);
  await getTickets(page);
  const email = anAddress();
  await page.getByLabel("Email").fill(email);
  await context.setOffline(true);
  await expect(page.getByText("You are offline.")).toBeVisible();
  await page.getByRole("button", { name: "Hold tickets and continue" }).click();
  await expect(page.getByLabel("Email")).toHaveValue(email);
  await context.setOffline(false);
  await expect(page.getByText("You are offline.")).toBeHidden();
  await expect(page.getByRole("heading", { name: "Pay", level: 1 })).toBeVisible();
});

test("the language changes at once and stays", async ({ page }) => {
  const event = await anEvent(organizer, { title: "Sprachen", ticketTypes: regular });
  await page.goto(`/events/${event.eventId}`);
  await page.getByLabel("Language").selectOption("de");
  await expect(page.getByRole("heading", { name: "Karten", exact: true })).toBeVisible();
  await expect(page.locator("html")).toHaveAttribute("lang", "de");
  await page.reload();
  await expect(page.getByText("29,00 €").first()).toBeVisible();
});

test("an event is cancelled while somebody looks at it", async ({ page }) => {
  const event = await anEvent(organizer, { title: "Open Air", ticketTypes: regular });
  await page.goto(`/events/${event.eventId}`);
  await expect(page.getByText("Available")).toBeVisible();
  const { ask } = await import("./support/api");
  await ask("POST", `/events/${event.eventId}/cancel`, organizer.key, { reason: "Rain" });
  await expect(page.getByRole("heading", { name: "This event was cancelled" })).toBeVisible();
  await expect(page.getByRole("button", { name: "Get tickets" })).toHaveCount(0);
});

test("tickets are bought with the keyboard alone", async ({ page }) => {
  const event = await anEvent(organizer, {
    title: "Keyboard",
    ticketTypes: regular,
    details: { starts_at: inDays(30), ends_at: inDays(30, 20) },
  });
  await page.goto(`/events/${event.eventId}`);
  const reach = async (name: string | RegExp, role: "button" | "textbox") => {
    const wanted = page.getByRole(role, { name }).filter({ visible: true });
    await expect(wanted).toBeVisible();
    for (let presses = 0; presses < 60; presses += 1) {
      if (await wanted.evaluate((element) => element === document.activeElement)) return;
      await page.keyboard.press("Tab");
    }
    throw new Error(`${name} can't be reached by Tab`);
  };
  await reach("Regular", "textbox");
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("ArrowUp");
  await reach("Get tickets", "button");
  await page.keyboard.press("Enter");
  await reach("Email", "textbox");
  await page.keyboard.type(anAddress());
  await page.keyboard.press("Enter");
  await reach("Card number", "textbox");
  await page.keyboard.type("4242424242424242");
  await page.keyboard.press("Tab");
  await page.keyboard.type("1231");
  await page.keyboard.press("Tab");
  await page.keyboard.type("123");
  await page.keyboard.press("Enter");
  await expectTickets(page, 2);
});

test("unknown addresses say so, and lead back", async ({ page }) => {
  await page.goto("/nowhere/at/all");
  await expect(
    page.getByRole("heading", { name: "There is no such page", level: 1 }),
  ).toBeVisible();
  await page.goto("/events/00000000-0000-7000-8000-000000000000");
  await expect(
    page.getByRole("heading", { name: "There is no such page", level: 1 }),
  ).toBeVisible();
  await page.goto("/orders/00000000-0000-7000-8000-000000000000");
  await expect(page.getByRole("heading", { name: "We need your link", level: 1 })).toBeVisible();
});
