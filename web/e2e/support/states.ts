// Every page in every state worth looking at, for accessibility checks and for pictures.
import { expect, type Page, type Route } from "@playwright/test";
import { ACCOUNT_STATES } from "./accountStates";
import { anEvent, anOrganizer, ask, EUR, hold, inDays, type MadeEvent } from "./api";
import {
  anAddress,
  CARDS,
  choose,
  expectTickets,
  fillCard,
  getTickets,
  giveContact,
  pay,
} from "./page";
import { standIn, withKeys } from "./stripe";

export interface World {
  readonly piano: MadeEvent;
  readonly festival: MadeEvent;
  readonly soon: MadeEvent;
  readonly full: MadeEvent;
  readonly cancelled: MadeEvent;
}

export async function aWorld(): Promise<World> {
  const organizer = await anOrganizer();
  const make = (title: string, ticketTypes: Record<string, unknown>[], details = {}) =>
    anEvent(organizer, { title, ticketTypes, details });
  const piano = await make(
    "Four Hands, One Piano",
    [
      { name: "Early bird", price: EUR(1900), allocation: 60, sale_ends_at: inDays(30, 0) },
      { name: "Regular", price: EUR(2900), description: "Free choice of seats" },
      { name: "Front row", price: EUR(4900), allocation: 8, max_per_order: 4 },
    ],
    { tags: ["music", "piano"] },
  );
  const festival = await make(
    "Quayside Summer Festival",
    [
      {
        name: "Pay what you want",
        price: { kind: "pay_what_you_want", minimum: 500, maximum: 10_000, suggested: 1500 },
      },
      { name: "Community", price: { kind: "free" }, allocation: 200 },
    ],
    { category: "festival", per_person_cap: 4, starts_at: inDays(90, 12), ends_at: inDays(90, 22) },
  );
  const soon = await make(
    "Northern Lights Orchestra: Live in Concert",
    [{ name: "Regular", price: EUR(4500), sale_starts_at: inDays(3, 9) }],
    {
      time_zone: "America/New_York",
      venue: { name: "Carnegie Annex", city: "New York", country: "US" },
    },
  );
  const full = await make("Basement Comedy Night", [{ name: "Seat", price: EUR(900) }], {
    total_capacity: 2,
    category: "comedy",
    venue: { name: "Kellerbühne", city: "Bremen", country: "DE" },
    starts_at: inDays(9, 19),
    ends_at: inDays(9, 21),
  });
  await hold(full, 2);
  const cancelled = await make("Open Air Cinema", [{ name: "Blanket", price: EUR(800) }], {
    category: "film",
  });
  const reason = { reason: "The meadow is flooded." };
  await ask("POST", `/events/${cancelled.eventId}/cancel`, organizer.key, reason);
  return { piano, festival, soon, full, cancelled };
}

export interface State {
  readonly name: string;
  readonly open: (page: Page, world: World) => Promise<void>;
}

const heading = (page: Page, name: string | RegExp) =>
  expect(page.getByRole("heading", { name, level: 1 })).toBeVisible();

async function toContact(page: Page, world: World): Promise<void> {
  await page.goto(`/events/${world.piano.eventId}`);
  await choose(page, "Regular", 2);
  await getTickets(page);
  await heading(page, "Where shall the tickets go?");
}

async function toPayment(page: Page, world: World): Promise<void> {
  await toContact(page, world);
  await giveContact(page, anAddress());
}

async function toOrder(page: Page, world: World): Promise<void> {
  await toPayment(page, world);
  await fillCard(page, CARDS.good);
  await pay(page);
  await expectTickets(page, 2);
  await expect(page.getByText("Done")).toBeVisible();
}

const simple = (name: string, path: string, title: string | RegExp): State => ({
  name,
  open: async (page) => {
    await page.goto(path);
    await heading(page, title);
  },
});

const event = (name: string, which: keyof World): State => ({
  name,
  open: async (page, world) => {
    await page.goto(`/events/${world[which].eventId}`);
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    await expect(page.getByText("Looking how many are left")).toHaveCount(0);
  },
});

/** What a service answers that is broken. */
const refused = (route: Route) =>
  route.fulfill({
    status: 500,
    contentType: "application/problem+json",
    json: { status: 500, code: "internal", title: "Internal", detail: "", trace_id: "4bf92f35" },
  });

export const STATES: readonly State[] = [
  {
    name: "home",
    open: async (page) => {
      await page.goto("/");
      await expect(page.getByRole("article").first()).toBeVisible();
    },
  },
  {
    name: "home-nothing",
    open: async (page) => {
      await page.goto("/?q=zzzznothing&city=Bremen");
      await expect(page.getByText("Nothing found")).toBeVisible();
    },
  },
  event("event", "piano"),
  event("event-soon", "soon"),
  event("event-sold-out", "full"),
  event("event-cancelled", "cancelled"),
  simple("event-missing", "/events/00000000-0000-7000-8000-000000000000", /./),
  {
    name: "event-error",
    open: async (page, world) => {
      await page.goto("/help");
      await page.route(`**/api/v1/events/${world.piano.eventId}*`, (route) => refused(route));
      await page.route("**/api/v1/events?*", (route) => refused(route));
      await page.getByRole("link", { name: "Fullhouse, to the start" }).click();
      await expect(page.getByRole("alert")).toBeVisible();
    },
  },
  {
    name: "event-offline",
    open: async (page, world) => {
      await event("", "piano").open(page, world);
      await page.context().setOffline(true);
      await expect(page.getByText("You are offline")).toBeVisible();
    },
  },
  {
    name: "event-own-price",
    open: async (page, world) => {
      await page.goto(`/events/${world.festival.eventId}`);
      await choose(page, "Pay what you want", 1);
      await page.getByLabel(/Your price/).fill("3");
    },
  },
  { name: "contact", open: toContact },
  {
    name: "contact-wrong",
    open: async (page, world) => {
      await toContact(page, world);
      await page.getByRole("button", { name: "Hold tickets and continue" }).click();
      await expect(page.getByRole("alert")).toBeVisible();
    },
  },
  { name: "payment", open: toPayment },
  {
    name: "payment-declined",
    open: async (page, world) => {
      await toPayment(page, world);
      await fillCard(page, CARDS.declined);
      await pay(page);
      await expect(page.getByRole("alert")).toContainText("declined");
    },
  },
  {
    name: "payment-stripe",
    open: async (page, world) => {
      await withKeys(page, standIn);
      await toPayment(page, world);
      await expect(page.getByText("Stripe pk_test")).toBeVisible();
    },
  },
  {
    name: "payment-stripe-missing",
    open: async (page, world) => {
      await withKeys(page, (route) => route.abort());
      await toPayment(page, world);
      await expect(page.getByRole("alert")).toContainText("card fields can’t be loaded");
    },
  },
  {
    name: "payment-time-up",
    open: async (page, world) => {
      await toPayment(page, world);
      const id = page.url().split("/").at(-1)?.split("?")[0];
      await page.route(`**/api/v1/reservations/${id}*`, async (route) => {
        const answer = await route.fetch();
        const reservation = { ...(await answer.json()), status: "EXPIRED" };
        await route.fulfill({ response: answer, json: reservation });
      });
      await page.reload();
      await expect(page.getByRole("heading", { name: "The time is up" })).toBeVisible();
    },
  },
  {
    name: "payment-approval",
    open: async (page, world) => {
      await toPayment(page, world);
      await page.getByRole("button", { name: "Asks for approval" }).click();
      await pay(page);
      await expect(page.getByText("Your bank asks whether it is you")).toBeVisible();
    },
  },
  {
    name: "payment-give-back",
    open: async (page, world) => {
      await toPayment(page, world);
      const button = page.getByRole("button", { name: "Give the tickets back" });
      await button.filter({ visible: true }).click();
      await expect(page.getByRole("dialog")).toBeVisible();
    },
  },
  { name: "order", open: toOrder },
  {
    name: "order-large",
    open: async (page, world) => {
      await toOrder(page, world);
      await page.getByRole("button", { name: "Show large" }).first().click();
      await expect(page.getByRole("dialog")).toBeVisible();
    },
  },
  {
    name: "tickets",
    open: async (page, world) => {
      await toOrder(page, world);
      await page.getByRole("link", { name: "My tickets" }).click();
      await heading(page, "My tickets");
    },
  },
  simple("tickets-none", "/tickets", "My tickets"),
  simple("no-order", "/orders/00000000-0000-7000-8000-000000000000", "We need your link"),
  simple("not-found", "/nowhere", "There is no such page"),
  simple("help", "/help", "Help"),
  simple("accessibility", "/accessibility", "Accessibility"),
  simple("login", "/login", "Log in"),
  simple("register", "/register", "Create an account"),
  simple("forgot", "/forgot", "Forgot your password?"),
  simple("reset", "/reset#token=abc", "Choose a new password"),
  simple("verify", "/verify#token=abc", "Confirm your address"),
  simple("account-guest", "/account", "Your account"),
  ...ACCOUNT_STATES,
];

export const SIZES = [
  { name: "phone", width: 390, height: 844 },
  { name: "desktop", width: 1280, height: 900 },
] as const;
