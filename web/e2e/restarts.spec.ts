// Programs that crash in mid-checkout and come back: nothing is bought twice, nothing typed is lost. Runs alone,
// after all others: they would notice.
import type { Page } from "@playwright/test";
import { anEvent, anOrganizer, ask, EUR, type MadeEvent } from "./support/api";
import {
  anAddress,
  CARDS,
  choose,
  expect,
  expectTickets,
  fillCard,
  getTickets,
  giveContact,
  test,
} from "./support/page";
import { crash, LAUNCHER, type Program } from "./support/services";

const CAPACITY = 50;

test.describe.configure({ mode: "serial", timeout: 120_000 });
test.skip(LAUNCHER === "", "nobody would start the programs again");

async function opened(page: Page): Promise<MadeEvent> {
  const event = await anEvent(await anOrganizer(), {
    title: "Stormy Night",
    details: { total_capacity: CAPACITY },
    ticketTypes: [{ name: "Regular", price: EUR(2900) }],
  });
  await page.goto(`/events/${event.eventId}`);
  await choose(page, "Regular", 2);
  await getTickets(page);
  return event;
}

/** Presses until it has worked: a person would. */
async function insist(page: Page, button: RegExp | string, isDone: () => Promise<boolean>) {
  await expect(async () => {
    if (await isDone()) return;
    // Or the button of a page that says that it couldn't be loaded.
    const press = page
      .getByRole("button", { name: button })
      .or(page.getByRole("button", { name: "Try again" }))
      .filter({ visible: true })
      .first();
    if ((await press.count()) > 0 && (await press.isEnabled())) await press.click({ timeout: 500 });
    await page.waitForTimeout(1_000);
    expect(await isDone()).toBe(true);
  }).toPass({ timeout: 60_000 });
}

async function taken(event: MadeEvent): Promise<{ sold: number; held: number }> {
  let figures = { sold: -1, held: -1 };
  await expect(async () => {
    figures = (await ask("GET", `/events/${event.eventId}/availability`, "")).body;
  }).toPass({ timeout: 30_000 });
  return { sold: figures.sold, held: figures.held };
}

for (const program of ["command-service", "projection-service", "gateway"] as const) {
  test(`${program} crashes before the hold`, async ({ page }) => {
    const event = await opened(page);
    const email = anAddress();
    await page.getByLabel("Email").fill(email);
    crash(program);
    const heading = page.getByRole("heading", { name: "Pay", level: 1 });
    await insist(page, "Hold tickets and continue", () => heading.isVisible());
    await expect(page.getByText(email).first()).toBeVisible();
    await expect.poll(() => taken(event)).toEqual({ sold: 0, held: 2 });
  });

  test(`${program} crashes while a card is paid with`, async ({ page }) => {
    const event = await opened(page);
    await giveContact(page, anAddress());
    await fillCard(page, CARDS.good);
    const done = page.getByRole("heading", { name: "You’re in." });
    await payAndCrash(page, program);
    await insist(page, /^Pay /, () => done.isVisible());
    await expectTickets(page, 2);
    await expect.poll(() => taken(event)).toEqual({ sold: 2, held: 0 });
  });
}

async function payAndCrash(page: Page, program: Program): Promise<void> {
  await page.getByRole("button", { name: /^Pay / }).click({ noWaitAfter: true });
  crash(program);
  await page.waitForTimeout(500);
}
