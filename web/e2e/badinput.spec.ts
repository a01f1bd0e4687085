// What nobody should send: other prices, other ids, markup, formulas, and very long texts.
import type { Page } from "@playwright/test";
import { anEvent, anOrganizer, ask, EUR, type MadeEvent, type Organizer } from "./support/api";
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

const LONG = "ä".repeat(10_000);
const NASTY = [
  `<img src=x onerror="window.hacked = true"><script>window.hacked = true</script>`,
  `=HYPERLINK("https://evil.example";"x")`,
  `"><svg/onload=window.hacked=true> {{7*7}} \${7*7} %00 \u202e`,
];

let organizer: Organizer;
let event: MadeEvent;

test.beforeAll(async () => {
  organizer = await anOrganizer();
  event = await anEvent(organizer, {
    title: "Fixed Price",
    details: { total_capacity: 200, per_person_cap: 8 },
    ticketTypes: [
      { name: "Regular", price: EUR(2900), max_per_order: 4 },
      {
        name: "Own price",
        price: { kind: "pay_what_you_want", minimum: 500, maximum: 900, suggested: 600 },
      },
    ],
  });
});

const unharmed = async (page: Page) => {
  expect(await page.evaluate(() => "hacked" in window)).toBe(false);
  await expect(page.locator("main img[src=x], main svg[onload]")).toHaveCount(0);
};

/** The hold is asked for with another body than the page has made. */
async function tamper(page: Page, change: (body: Hold) => void): Promise<number> {
  await page.goto(`/events/${event.eventId}/checkout?t=${event.ticketTypeIds[0]}*2`);
  await page.route(/\/reservations$/, async (route) => {
    const body = route.request().postDataJSON() as Hold;
    change(body);
    await route.continue({ postData: JSON.stringify(body) });
  });
  await page.getByLabel("Email").fill(anAddress());
  const answered = page.waitForResponse(/\/reservations$/);
  await page.getByRole("button", { name: "Hold tickets and continue" }).click();
  const { status } = { status: (await answered).status() };
  await expect(page.getByRole("alert")).toBeVisible();
  await expect(page.getByRole("heading", { name: "Pay", level: 1 })).toBeHidden();
  await page.unroute(/\/reservations$/);
  return status;
}

interface Hold {
  items: { ticket_type_id: string; quantity: number; unit_price?: number }[];
}

test("prices, ids and numbers of a request that somebody changed are refused", async ({ page }) => {
  const first = (body: Hold) => body.items[0] as Hold["items"][number];
  const set = (values: Partial<Hold["items"][number]>) => (body: Hold) =>
    void Object.assign(first(body), values);
  const other = await anEvent(organizer, {
    title: "Cheaper",
    ticketTypes: [{ name: "Free", price: { kind: "free" } }],
  });
  const refused = [400, 404, 409, 422];
  for (const change of [
    set({ unit_price: 1 }),
    set({ quantity: 999 }),
    set({ quantity: -2 }),
    set({ quantity: 0 }),
    set({ ticket_type_id: other.ticketTypeIds[0] as string }),
    set({ ticket_type_id: event.ticketTypeIds[1] as string, unit_price: 1 }),
    (body: Hold) =>
      void body.items.push({ ...first(body) }, { ...first(body) }, { ...first(body) }),
  ]) {
    expect(refused).toContain(await tamper(page, change));
  }
  const { body } = await ask("GET", `/events/${event.eventId}/availability`, "");
  expect(body.held).toBe(0);
});

test("an address that somebody changed chooses nothing that isn't there", async ({ page }) => {
  const [regular, own] = event.ticketTypeIds;
  for (const t of [
    "x*1",
    `${regular}*-1`,
    `${regular}*1e9`,
    "00000000-0000-7000-8000-000000000000*2",
    // More than 16 kB of address is refused before any page sees it.
    LONG.slice(0, 1_000),
    "<script>*1",
  ]) {
    await page.goto(`/events/${event.eventId}/checkout?t=${encodeURIComponent(t)}`);
    await expect(page.getByRole("heading", { name: /Where shall/, level: 1 })).toBeVisible();
    await expect(page.getByRole("button", { name: "Hold tickets and continue" })).toHaveCount(0);
  }
  // Less than the organizer takes.
  await page.goto(`/events/${event.eventId}/checkout?t=${own}*1*1`);
  await page.getByLabel("Email").fill(anAddress());
  await page.getByRole("button", { name: "Hold tickets and continue" }).click();
  await expect(page.getByRole("alert")).toBeVisible();
});

test("somebody else's hold can't be paid, seen or given back", async ({ page }) => {
  const { body } = await ask("POST", `/events/${event.eventId}/reservations`, "", {
    contact: { email: anAddress() },
    items: [{ ticket_type_id: event.ticketTypeIds[0], quantity: 1 }],
  });
  await page.goto(`/events/${event.eventId}/checkout/${body.reservation_id}`);
  await expect(page.getByRole("heading", { name: "Pay", level: 1 })).toBeHidden();
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await page.goto(`/events/${event.eventId}/checkout/${body.reservation_id}#access_token=wrong`);
  await expect(page.getByRole("button", { name: /^Pay / })).toHaveCount(0);
  const path = `/events/${event.eventId}/reservations/${body.reservation_id}`;
  await ask("DELETE", path, body.access_token);
});

test("markup and formulas stay texts in every field, and on the order", async ({ page }) => {
  for (const text of NASTY) {
    await page.goto("/");
    await page.getByRole("searchbox", { name: "Search events" }).fill(text);
    await page.keyboard.press("Enter");
    await expect(page.getByRole("heading", { level: 1 })).toContainText("Events for");
    await unharmed(page);
    await page.goto(`/?city=${encodeURIComponent(text)}&category=${encodeURIComponent(text)}`);
    await expect(page.getByText("Nothing found")).toBeVisible();
    await unharmed(page);
  }
  const name = NASTY[0] as string;
  await page.goto(`/events/${event.eventId}`);
  await choose(page, "Regular", 1);
  await getTickets(page);
  await page.getByLabel("Email").fill(`${name}@example.org`);
  await page.getByRole("button", { name: "Hold tickets and continue" }).click();
  await expect(page.getByRole("alert")).toBeVisible();
  await giveContact(page, anAddress(), name);
  await page.getByLabel("Card number").fill(name);
  await pay(page);
  await expect(page.getByRole("alert")).toContainText("Please check");
  await fillCard(page, CARDS.good);
  await pay(page);
  await expectTickets(page, 1);
  await unharmed(page);
});

test("an organizer's markup and long words stay texts on every page", async ({ page }) => {
  // Characters that turn the direction of what follows are refused by the API.
  const texts = NASTY.map((text) => text.replace("\u202e", ""));
  const title = `${texts[0]} ${"Rindfleisch".repeat(12)}`.slice(0, 200);
  const made = await anEvent(organizer, {
    title,
    details: {
      description: `${texts.join(" ")} ${"x".repeat(3_000)}`,
      venue: { name: `${texts[2]}${"v".repeat(90)}`, city: "Bremen", country: "DE" },
    },
    ticketTypes: [{ name: `${texts[1]} ${"t".repeat(60)}`.slice(0, 100), price: EUR(900) }],
  });
  await page.setViewportSize({ width: 320, height: 700 });
  await page.goto(`/events/${made.eventId}`);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(title);
  await unharmed(page);
  const width = await page.evaluate(() => document.documentElement.scrollWidth);
  expect(width, "no sideways scrolling").toBeLessThanOrEqual(320);
});

test("ten thousand characters in any field break nothing and are told of", async ({ page }) => {
  await page.goto("/");
  await page.getByRole("searchbox", { name: "Search events" }).fill(LONG);
  await page.keyboard.press("Enter");
  await expect(page.getByText("Nothing found")).toBeVisible();
  await page.goto(`/events/${event.eventId}`);
  await choose(page, "Own price", 1);
  await page.getByLabel(/Your price/).fill("9".repeat(10_000));
  await expect(page.getByText(/Choose an amount from/)).toBeVisible();
  await page.getByLabel(/Your price/).fill("6");
  await getTickets(page);
  await page.getByLabel("Email").fill(`${LONG}@example.org`);
  await page.getByLabel("Name (optional)").fill(LONG);
  await page.getByRole("button", { name: "Hold tickets and continue" }).click();
  await expect(page.getByRole("alert")).toContainText("Please check 2 fields");
  await giveContact(page, anAddress());
  for (const field of ["Card number", "Valid until", "Security code"]) {
    await page.getByLabel(field).fill(LONG.replaceAll("ä", "4"));
  }
  await pay(page);
  await expect(page.getByRole("alert")).toContainText("Please check");
  await page.goto("/login");
  await page.getByLabel("Email").fill(`${LONG}@example.org`);
  await page.getByLabel("Password", { exact: true }).fill(LONG);
  await page.getByRole("button", { name: "Log in", exact: true }).click();
  await isTold(page);
  await page.goto("/register");
  await page.getByLabel("Email").fill(anAddress());
  await page.getByLabel("Password", { exact: true }).fill(LONG);
  await page.getByRole("button", { name: "Create the account" }).click();
  await isTold(page);
});

/** By the page, or by the browser at the field itself. */
async function isTold(page: Page): Promise<void> {
  const field = page.locator("input:invalid, input[aria-invalid=true]").first();
  await expect(page.getByRole("alert").or(field).first()).toBeVisible();
}
