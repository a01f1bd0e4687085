// The widget on a page of somebody else: another origin, with a policy that forbids all but our script.
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import {
  anEvent,
  anOrganizer,
  ask,
  EUR,
  hold,
  inDays,
  type MadeEvent,
  type Organizer,
  release,
  SITE,
} from "./support/api";
import { violations } from "./support/axe";
import { enterDesk } from "./support/deskPage";
import { expect, test } from "./support/page";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const SHOP = new URL(SITE).origin;

let organizer: Organizer;
let host: Server;
let address: string;

test.beforeAll(async () => {
  organizer = await anOrganizer();
  host = createServer((request, response) => {
    const asked = new URL(request.url ?? "/", "http://host");
    const attributes = asked.searchParams.get("attributes") ?? "";
    const style = asked.searchParams.get("style") ?? "";
    response.setHeader("Content-Type", "text/html; charset=utf-8");
    // No styles of the page's own, no inline anything: what a careful site allows.
    const styles = style ? "'self'" : "'none'";
    response.setHeader(
      "Content-Security-Policy",
      `default-src 'none'; script-src ${SHOP}; connect-src ${SHOP}; style-src ${styles}; require-trusted-types-for 'script'`,
    );
    if (asked.pathname === "/style.css") {
      response.setHeader("Content-Type", "text/css");
      response.end(asked.searchParams.get("text") ?? "");
      return;
    }
    if (asked.pathname === "/favicon.ico") {
      response.writeHead(204).end();
      return;
    }
    const link =
      style && `<link rel="stylesheet" href="/style.css?text=${encodeURIComponent(style)}">`;
    const widget =
      asked.searchParams.get("body") ??
      `<script type="module" src="${SHOP}/widget.js"></script>` +
        `<fullhouse-event ${attributes}><a href="${SHOP}">Tickets</a></fullhouse-event>`;
    response.end(
      `<!doctype html><html lang="en"><head><title>My band</title>${link}` +
        `<meta name="viewport" content="width=device-width"></head>` +
        `<body><main><h1>My band</h1>${widget}</main></body></html>`,
    );
  });
  await new Promise<void>((resolve) => host.listen(0, "127.0.0.1", resolve));
  address = `http://127.0.0.1:${(host.address() as AddressInfo).port}`;
});

test.afterAll(async () => {
  host.closeAllConnections();
  await new Promise((resolve) => host.close(resolve));
});

const on = (event: MadeEvent | string, more = "", style = "") => {
  const id = typeof event === "string" ? event : event.eventId;
  const attributes = encodeURIComponent(`event="${id}" ${more}`);
  return `${address}/?attributes=${attributes}&style=${encodeURIComponent(style)}`;
};

test("figures live on somebody else's page, and what was chosen goes to our checkout", async ({
  page,
}) => {
  const event = await anEvent(organizer, {
    title: "Four Hands, One Piano",
    details: { total_capacity: 30 },
    ticketTypes: [
      { name: "Regular", price: EUR(2900) },
      { name: "Front row", price: EUR(4900), allocation: 3 },
    ],
  });
  await page.goto(on(event));
  await expect(page.getByRole("heading", { name: "Four Hands, One Piano" })).toBeVisible();
  const front = page.getByRole("listitem").filter({ hasText: "Front row" });
  await expect(front).toContainText("€49.00");
  await expect(front).toContainText("Only 3 left");

  const frontRow = { ...event, ticketTypeIds: event.ticketTypeIds.slice(1) };
  const others = await hold(frontRow, 2);
  await expect(front).toContainText("Only 1 left");
  const last = await hold(frontRow, 1, "third@example.org");
  await expect(
    page.getByRole("status").filter({ hasText: "Front row is sold out." }),
  ).toBeAttached();
  await expect(front.getByRole("combobox")).toBeHidden();
  await release(frontRow, others);
  await expect(front).toContainText("Only 2 left");
  await release(frontRow, last);

  await page.getByRole("combobox", { name: "Regular: how many" }).selectOption("2");
  await page.getByRole("link", { name: "Get 2 tickets · €58.00" }).click();
  await expect(
    page.getByRole("heading", { name: "Where shall the tickets go?", level: 1 }),
  ).toBeVisible();
  expect(page.url().startsWith(SHOP)).toBe(true);
  await expect(page.getByText("€58.00").first()).toBeVisible();
});

test("sold out, not yet, cancelled and unknown are said", async ({ page }) => {
  const full = await anEvent(organizer, {
    title: "Basement Comedy Night",
    details: { total_capacity: 2 },
    ticketTypes: [{ name: "Seat", price: EUR(900) }],
  });
  const held = await hold(full, 2);
  await page.goto(on(full));
  await expect(page.getByText("Sold out", { exact: true })).toBeVisible();
  await release(full, held);
  await expect(page.getByText("Only 2 left")).toBeVisible();

  const opens = new Date(Date.now() + 8_000).toISOString();
  const soon = await anEvent(organizer, {
    title: "Soon",
    ticketTypes: [{ name: "Regular", price: EUR(900), sale_starts_at: opens }],
  });
  await page.goto(on(soon));
  await expect(page.getByText(/The sale starts in 0:0\d\./)).toBeVisible();
  await expect(page.getByRole("combobox", { name: "Regular: how many" })).toBeVisible({
    timeout: 15_000,
  });

  const cancelled = await anEvent(organizer, {
    title: "Open Air",
    ticketTypes: [{ name: "Blanket", price: EUR(800) }],
  });
  await page.goto(on(cancelled));
  await expect(page.getByText("Available")).toBeVisible();
  await ask("POST", `/events/${cancelled.eventId}/cancel`, organizer.key, { reason: "Rain" });
  await expect(page.getByText("This event was cancelled.")).toBeVisible();
  await expect(page.getByRole("link", { name: "See the event" })).toBeVisible();

  await page.goto(on("00000000-0000-7000-8000-000000000000"));
  await expect(page.getByText("There is no such event.")).toBeVisible();
});

test("the keyboard is enough, and axe finds nothing in either theme", async ({ page }) => {
  const event = await anEvent(organizer, {
    title: "Keyboard",
    details: { starts_at: inDays(30), ends_at: inDays(30, 20) },
    ticketTypes: [
      { name: "Regular", price: EUR(2900) },
      { name: "Few", price: EUR(2900), allocation: 5 },
      {
        name: "As you like",
        price: { kind: "pay_what_you_want", minimum: 500, maximum: 900, suggested: 600 },
      },
    ],
  });
  await page.goto(on(event));
  await expect(page.getByRole("combobox")).toHaveCount(3);
  for (const width of [320, 1280]) {
    await page.setViewportSize({ width, height: 800 });
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      expect(await violations(page, axe), `${width}, ${colorScheme}`).toEqual([]);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth);
      expect(wide).toBeLessThanOrEqual(width);
    }
  }
  await page.keyboard.press("Tab");
  await expect(page.getByRole("combobox", { name: "Regular: how many" })).toBeFocused();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Tab");
  await expect(page.getByRole("link", { name: "Get 1 ticket · €29.00" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.getByLabel("Email")).toBeVisible();
});

test("language, look and colours follow the page", async ({ page }) => {
  const event = await anEvent(organizer, {
    title: "Farben",
    ticketTypes: [{ name: "Regular", price: EUR(2900) }],
  });
  const style = "fullhouse-event{--fullhouse-accent:rgb(1, 2, 3);--fullhouse-radius:0}";
  await page.emulateMedia({ colorScheme: "dark" });
  await page.goto(on(event, 'lang="de-AT" theme="light"', style));
  const link = page.getByRole("link", { name: "Karten wählen" });
  await expect(link).toBeVisible();
  await expect(page.getByText("€ 29,00")).toBeVisible();
  await expect(link).toHaveCSS("background-color", "rgb(1, 2, 3)");
  await expect(link).toHaveCSS("border-radius", "0px");
  const box = page.locator("fullhouse-event section");
  await expect(box).toHaveCSS("background-color", "rgb(255, 255, 255)");
  await page.locator("fullhouse-event").evaluate((element) => element.setAttribute("lang", "en"));
  await expect(page.getByRole("link", { name: "Choose tickets" })).toBeVisible();
});

test("pages of others read what is public, and nothing else", async ({ page }) => {
  const event = await anEvent(organizer, {
    title: "Public",
    ticketTypes: [{ name: "Regular", price: EUR(2900) }],
  });
  await page.goto(on(event));
  const read = (path: string, init: RequestInit) =>
    page.evaluate(
      async ({ url, init }) => {
        try {
          return (await fetch(url, init)).status;
        } catch {
          return "blocked";
        }
      },
      { url: `${SHOP}/api/v1${path}`, init },
    );
  expect(await read(`/events/${event.eventId}`, {})).toBe(200);
  expect(await read(`/events/${event.eventId}/availability`, {})).toBe(200);
});

test("a page of others can't ask as somebody, nor change anything", async ({ browser }) => {
  const event = await anEvent(organizer, {
    title: "Private",
    ticketTypes: [{ name: "Regular", price: EUR(2900) }],
  });
  // Refusals of the browser are told on the console, so this page isn't watched.
  const page = await (await browser.newContext()).newPage();
  await page.goto(on(event));
  const read = (path: string, init: RequestInit) =>
    page.evaluate(
      async ({ url, init }) => {
        try {
          return (await fetch(url, init)).status;
        } catch {
          return "blocked";
        }
      },
      { url: `${SHOP}/api/v1${path}`, init },
    );
  expect(await read(`/events/${event.eventId}`, { credentials: "include" })).toBe("blocked");
  expect(await read("/account", {})).toBe("blocked");
  const headers = { Authorization: "Bearer x" };
  expect(await read(`/events/${event.eventId}`, { headers })).toBe("blocked");
  const body = JSON.stringify({ contact: { email: "a@example.org" }, items: [] });
  const json = { "Content-Type": "application/json" };
  const path = `/events/${event.eventId}/reservations`;
  expect(await read(path, { method: "POST", headers: json, body })).toBe("blocked");
});

test("an organizer finds both lines at the desk, and they work as they are", async ({ page }) => {
  const event = await anEvent(organizer, {
    title: "Rock & <b>Roll</b>",
    ticketTypes: [{ name: "Regular", price: EUR(2900) }],
  });
  await enterDesk(page, organizer);
  await page.goto(`/organizer/events/${event.eventId}`);
  await page.getByRole("button", { name: "Embed on your site" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Language").selectOption("de");
  const script = await dialog.getByLabel("Once in the page").inputValue();
  const element = await dialog.getByLabel("Where the tickets shall be").inputValue();
  await page.setExtraHTTPHeaders({});
  await page.goto(`${address}/?body=${encodeURIComponent(script + element)}`);
  await expect(page.getByRole("heading", { name: "Rock & <b>Roll</b>" })).toBeVisible();
  await expect(page.getByRole("link", { name: "Karten wählen" })).toBeVisible();
});
