// Every page of the organizer desk in every state worth looking at.
import { expect } from "@playwright/test";
import { anEvent, anOrganizer, ask, EUR, hold, inDays, type MadeEvent, seen } from "./api";
import { type DeskState, type DeskWorld, draft, enterDesk, onSale, simple } from "./deskPage";
import { DOOR_STATES, invited } from "./door";
import { RECORD_STATES } from "./records";

export async function aDeskWorld(): Promise<DeskWorld> {
  const organizer = await anOrganizer("Playhouse on the Quay");
  const onSale = await anEvent(organizer, {
    title: "Four Hands, One Piano",
    ticketTypes: [
      { name: "Community", price: { kind: "free" }, allocation: 120 },
      { name: "Regular", price: EUR(2900), description: "Free choice of seats" },
      { name: "Front row", price: EUR(4900), allocation: 40, enabled: false },
    ],
  });
  const orders: string[] = [];
  for (const [name, quantity] of [
    ["Ada Meyer", 2],
    ["Jonas Okafor", 1],
    ["Mina Rossi", 4],
  ] as const) {
    orders.push(await buyFree(onSale, name, quantity));
  }
  await hold({ ...onSale, ticketTypeIds: onSale.ticketTypeIds.slice(1) }, 3);
  const drafted = await ask("POST", "/events", organizer.key, {
    title: "Northern Lights Orchestra: Live in Concert",
    starts_at: inDays(80, 19),
    time_zone: "Europe/Berlin",
    currency: "EUR",
  });
  const cancelled = await anEvent(organizer, {
    title: "Open Air Cinema",
    ticketTypes: [{ name: "Blanket", price: EUR(800) }],
  });
  const path = `/events/${cancelled.eventId}`;
  const reason = { reason: "The meadow is flooded." };
  const { position } = await ask("POST", `${path}/cancel`, organizer.key, reason);
  await seen(path, position);
  return { organizer, onSale, draft: drafted.body.event_id, cancelled, orderId: orders[0] ?? "" };
}

/** Tickets that cost nothing are an order without a payment. */
async function buyFree(event: MadeEvent, name: string, quantity: number): Promise<string> {
  const email = `${name.toLowerCase().replace(" ", ".")}@example.org`;
  const held = await ask("POST", `/events/${event.eventId}/reservations`, "", {
    contact: { email, name },
    items: [{ ticket_type_id: event.ticketTypeIds[0], quantity }],
  });
  const { reservation_id, access_token } = held.body;
  const pay = `/events/${event.eventId}/reservations/${reservation_id}/payments`;
  await ask("POST", pay, access_token, { provider: "stripe" });
  return reservation_id;
}

export const DESK_STATES: readonly DeskState[] = [
  simple("desk-events", () => "", "Events"),
  simple("desk-welcome", () => "", "Create your organisation", { hasNothing: true }),
  simple("desk-forbidden", () => "", "Events", { role: "door_staff" }),
  simple("desk-new", () => "/new", "New event"),
  {
    name: "desk-new-wrong",
    open: async (page, world) => {
      await simple("", () => "/new", "New event").open(page, world);
      await page.getByRole("button", { name: "Create draft" }).click();
      await expect(page.getByRole("alert")).toBeFocused();
    },
  },
  simple("desk-sales", onSale(""), "Sales"),
  simple("desk-sales-draft", draft(""), "Sales"),
  simple("desk-edit", draft("/edit"), "Details"),
  {
    name: "desk-edit-wrong",
    open: async (page, world) => {
      await simple("", draft("/edit"), "Details").open(page, world);
      await page.getByLabel("Address of a picture").fill("http://example.org/a.png");
      await page.getByLabel("Minutes to pay").fill("many");
      await expect(page.getByText(/look at the marked fields/)).toBeVisible();
    },
  },
  simple("desk-edit-closed", (world) => `/events/${world.cancelled.eventId}/edit`, "Details"),
  simple("desk-tickets", onSale("/tickets"), "Tickets"),
  simple("desk-tickets-none", draft("/tickets"), "Tickets"),
  {
    name: "desk-type",
    open: async (page, world) => {
      await simple("", onSale("/tickets"), "Tickets").open(page, world);
      await page.getByRole("button", { name: "Add a ticket type" }).click();
      const dialog = page.getByRole("dialog");
      await dialog.getByLabel("Allocation").fill("500");
      await expect(dialog.getByText(/exceed the capacity by/)).toBeVisible();
    },
  },
  {
    name: "desk-publish",
    open: async (page, world) => {
      await simple("", draft("/edit"), "Details").open(page, world);
      await page.getByRole("button", { name: "Publish" }).click();
      await expect(page.getByRole("dialog").getByText(/missing before/)).toBeVisible();
    },
  },
  {
    name: "desk-cancel",
    open: async (page, world) => {
      await simple("", onSale("/tickets"), "Tickets").open(page, world);
      await page.getByRole("button", { name: "Cancel event" }).click();
      await expect(page.getByRole("dialog").getByText(/sold already/)).toBeVisible();
    },
  },
  simple("desk-orders", () => "/orders", "Orders"),
  simple("desk-event-orders", onSale("/orders?q=ada"), "Orders"),
  simple("desk-order", (world) => `/orders/${world.orderId}`, "Order"),
  simple("desk-devices-none", draft("/devices"), "Door devices"),
  {
    name: "desk-devices",
    open: async (page, world) => {
      await invited(world.organizer, world.onSale.eventId);
      await simple("", onSale("/devices"), "Door devices").open(page, world);
      await expect(page.getByText("Blue phone 3").first()).toBeVisible();
    },
  },
  {
    name: "desk-device-code",
    open: async (page, world) => {
      await simple("", draft("/devices"), "Door devices").open(page, world);
      await page.getByRole("button", { name: "Invite a device" }).click();
      const dialog = page.getByRole("dialog");
      await dialog.getByLabel("Device").fill("Red phone");
      await dialog.getByRole("button", { name: "Show the code" }).click();
      await expect(dialog.getByRole("img", { name: /QR code/ })).toBeVisible();
    },
  },
  ...RECORD_STATES,
  simple("desk-team", () => "/team", "Team"),
  {
    name: "desk-invite",
    open: async (page, world) => {
      await simple("", () => "/team", "Team").open(page, world);
      await page.getByRole("button", { name: "Invite somebody" }).click();
      await page.getByRole("button", { name: "Send invitation" }).click();
      await expect(page.getByText(/Enter an email address/)).toBeVisible();
    },
  },
  simple("desk-keys", () => "/keys", "API keys"),
  {
    name: "desk-key-once",
    open: async (page, world) => {
      await simple("", () => "/keys", "API keys").open(page, world);
      await page.getByRole("button", { name: "New key" }).click();
      const dialog = page.getByRole("dialog");
      await dialog.getByLabel("What it is for").fill("Web shop");
      await dialog.getByRole("button", { name: "New key" }).click();
      await expect(dialog.getByLabel("Your new key")).toHaveValue(/^fhk_/);
    },
  },
  simple("desk-platform", () => "/platform", "Platform", { isAdmin: true }),
  simple("desk-organizations", () => "/platform/organizations", "Organisations", {
    isAdmin: true,
  }),
  {
    name: "desk-suspend",
    open: async (page, world) => {
      const path = () => `/platform/organizations?q=${world.organizer.organizationId}`;
      await simple("", path, "Organisations", { isAdmin: true }).open(page, world);
      await page.getByRole("button", { name: /^Suspend/ }).click();
      await expect(page.getByRole("dialog")).toContainText("nothing more is sold");
    },
  },
  simple("desk-people", () => "/platform/people", "People", { isAdmin: true }),
  simple("desk-growth", () => "/platform/growth", "Growth", { isAdmin: true }),
  simple("desk-not-found", () => "/nowhere", "There is no such page"),
  {
    name: "desk-error",
    open: async (page, world) => {
      await enterDesk(page, world.organizer);
      await page.route("**/organizations/*/events*", (route) =>
        route.fulfill({
          status: 500,
          contentType: "application/problem+json",
          json: {
            status: 500,
            code: "internal",
            title: "Internal",
            detail: "",
            trace_id: "4bf92f35",
          },
        }),
      );
      await page.goto("/organizer");
      await expect(page.getByRole("alert")).toBeVisible();
    },
  },
  ...DOOR_STATES,
];
