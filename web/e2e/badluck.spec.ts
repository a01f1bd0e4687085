// A bad connection: answers that are slow, or lost after the server has done what was asked.
import type { Page } from "@playwright/test";
import { anEvent, anOrganizer, ask, EUR, type MadeEvent, type Organizer } from "./support/api";
import { linkTo } from "./support/mailbox";
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

const HOUR_MS = 3_600_000;
const SLOW_MS = 3_000;

let organizer: Organizer;

test.beforeAll(async () => {
  organizer = await anOrganizer();
});

const opened = async (page: Page, quantity = 2): Promise<MadeEvent> => {
  const event = await anEvent(organizer, {
    title: "Bad Line",
    details: { total_capacity: 50, hold_ttl_seconds: 600 },
    ticketTypes: [{ name: "Regular", price: EUR(2900) }],
  });
  await page.goto(`/events/${event.eventId}`);
  await choose(page, "Regular", quantity);
  await getTickets(page);
  return event;
};

const taken = async (event: MadeEvent) => {
  const { body } = await ask("GET", `/events/${event.eventId}/availability`, "");
  return { sold: body.sold as number, held: body.held as number };
};

/** The next answer to such a request is lost: the server has done it, the page doesn't know. */
async function loseOneAnswer(page: Page, path: RegExp): Promise<void> {
  let isLost = false;
  await page.route(path, async (route) => {
    if (isLost || route.request().method() === "GET") return route.fallback();
    isLost = true;
    await route.fetch();
    await route.abort("connectionreset");
  });
}

test("an answer that is lost after the hold was made holds nothing twice", async ({ page }) => {
  const event = await opened(page);
  await loseOneAnswer(page, /\/reservations$/);
  const email = anAddress();
  await page.getByLabel("Email").fill(email);
  const go = page.getByRole("button", { name: "Hold tickets and continue" });
  await go.click();
  const payment = page.getByRole("heading", { name: "Pay", level: 1 });
  const problem = page.getByRole("alert").filter({ hasText: "No answer came" });
  await expect(payment.or(problem)).toBeVisible();
  if (await problem.isVisible()) {
    await expect(page.getByLabel("Email")).toHaveValue(email);
    await go.click();
  }
  await expect(payment).toBeVisible();
  await expect.poll(() => taken(event)).toEqual({ sold: 0, held: 2 });
});

test("an answer that is lost after the payment began charges nothing twice", async ({ page }) => {
  const event = await opened(page);
  await giveContact(page, anAddress());
  await loseOneAnswer(page, /\/payments$/);
  await fillCard(page, CARDS.good);
  await pay(page);
  const done = page.getByRole("heading", { name: "You’re in." });
  const problem = page.getByRole("alert").filter({ hasText: "No answer came" });
  await expect(done.or(problem)).toBeVisible({ timeout: 20_000 });
  if (await problem.isVisible()) {
    await expect(page.getByLabel("Card number")).toHaveValue(CARDS.good);
    await pay(page);
  }
  await expectTickets(page, 2);
  await expect.poll(() => taken(event)).toEqual({ sold: 2, held: 0 });
});

test("what the provider did is found out though its answer was lost", async ({ page }) => {
  const event = await opened(page, 1);
  await giveContact(page, anAddress());
  await loseOneAnswer(page, /\/confirm$/);
  await fillCard(page, CARDS.good);
  await pay(page);
  await expectTickets(page, 1);
  await expect.poll(() => taken(event)).toEqual({ sold: 1, held: 0 });
});

test("slow answers: one press is enough, and more do no harm", async ({ page }) => {
  const event = await opened(page);
  await page.route(/\/reservations$|\/payments$/, async (route) => {
    await new Promise((resolve) => setTimeout(resolve, SLOW_MS));
    await route.fallback();
  });
  await page.getByLabel("Email").fill(anAddress());
  const go = page.getByRole("button", { name: "Hold tickets and continue" });
  await go.click();
  await expect(go).toHaveAttribute("aria-busy", "true");
  await go.click({ force: true });
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "Pay", level: 1 })).toBeVisible();
  await fillCard(page, CARDS.good);
  const button = page.getByRole("button", { name: /^Pay / });
  await button.click();
  await button.click({ force: true });
  await expectTickets(page, 2);
  await expect.poll(() => taken(event)).toEqual({ sold: 2, held: 0 });
});

test("figures that stop coming are called old, and come again", async ({ page }) => {
  let isCut = true;
  await page.route(/availability\/stream/, (route) =>
    isCut ? route.abort("connectionreset") : route.fallback(),
  );
  const event = await anEvent(organizer, {
    title: "Cut Off",
    details: { total_capacity: 10 },
    ticketTypes: [{ name: "Regular", price: EUR(2900) }],
  });
  await page.goto(`/events/${event.eventId}`);
  await expect(page.getByText("Only 10 left")).toBeVisible();
  await expect(page.getByText("Live updates are interrupted")).toBeVisible();
  await ask("POST", `/events/${event.eventId}/reservations`, "", {
    contact: { email: anAddress() },
    items: [{ ticket_type_id: event.ticketTypeIds[0], quantity: 3 }],
  });
  isCut = false;
  await expect(page.getByText("Only 7 left")).toBeVisible({ timeout: 30_000 });
});

for (const hours of [-1, 1]) {
  test(`a clock that is ${hours} h off ends no hold and opens no sale`, async ({ page }) => {
    await page.clock.install({ time: Date.now() + hours * HOUR_MS });
    const opens = new Date(Date.now() + HOUR_MS / 2).toISOString();
    const soon = await anEvent(organizer, {
      title: "In Half an Hour",
      ticketTypes: [{ name: "Regular", price: EUR(2900), sale_starts_at: opens }],
    });
    await page.goto(`/events/${soon.eventId}`);
    await expect(page.getByRole("heading", { name: "Not on sale yet" })).toBeVisible();
    await expect(page.getByText(/(30:00|29:\d\d)/).first()).toBeVisible();
    await opened(page, 1);
    await giveContact(page, anAddress());
    await expect(page.getByRole("timer")).toHaveText(/^(10:00|9:5\d)$/);
    await fillCard(page, CARDS.good);
    await pay(page);
    await expectTickets(page, 1);
  });
}

test("without any storage tickets can be bought all the same", async ({ page }) => {
  await page.addInitScript(() => {
    for (const name of ["localStorage", "sessionStorage"]) {
      Object.defineProperty(window, name, {
        get() {
          throw new DOMException("denied", "SecurityError");
        },
      });
    }
  });
  await opened(page, 1);
  await giveContact(page, anAddress());
  await fillCard(page, CARDS.good);
  await pay(page);
  await expectTickets(page, 1);
});

test("links that are wrong, used or over say so and lead on", async ({ page }) => {
  for (const [path, button] of [
    ["/verify#token=abc", "Confirm and log in"],
    ["/email-change#token=abc", /./],
  ] as const) {
    await page.goto("/help");
    await page.goto(path);
    await page.getByRole("main").getByRole("button", { name: button }).first().click();
    await expect(page.getByRole("alert")).toBeVisible();
  }
  const email = anAddress();
  await page.goto("/register");
  await page.getByLabel("Email").fill(email);
  await page.getByLabel("Password", { exact: true }).fill("seven quiet boats at dusk");
  await page.getByRole("button", { name: "Create the account" }).click();
  const link = await linkTo("verify", email);
  await page.goto(link);
  await page.getByRole("button", { name: "Confirm and log in" }).click();
  await expect(page.getByText("Your address is confirmed")).toBeVisible();
  await page.goto("/help");
  await page.goto(link);
  await page.getByRole("button", { name: "Confirm and log in" }).click();
  await expect(page.getByRole("alert")).toBeVisible();
});

test("a member buys while logged in and finds the order in the account", async ({ page }) => {
  const email = anAddress();
  await page.goto("/register");
  await page.getByLabel("Email").fill(email);
  await page.getByLabel("Password", { exact: true }).fill("seven quiet boats at dusk");
  await page.getByRole("button", { name: "Create the account" }).click();
  await page.goto(await linkTo("verify", email));
  await page.getByRole("button", { name: "Confirm and log in" }).click();
  await expect(page.getByText("Your address is confirmed")).toBeVisible();
  await opened(page, 1);
  // Nobody types what is known.
  await expect(page.getByLabel("Email")).toHaveValue(email);
  await page.getByRole("button", { name: "Hold tickets and continue" }).click();
  await fillCard(page, CARDS.good);
  await pay(page);
  await expectTickets(page, 1);
  await page.goto("/account");
  await page.getByRole("link", { name: "Bad Line" }).click();
  await expectTickets(page, 1);
});
