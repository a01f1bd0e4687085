// An organizer as a person: from an empty account to the first sale, with the mails and the log-ins
// that belong to it; who may not see; and the event as it stood before.
import { Buffer } from "node:buffer";
import type { Page } from "@playwright/test";
import { anEvent, anOrganizer, ask, EUR, hold } from "./support/api";
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
import { aPicture } from "./support/records";

const ADMIN_KEY = process.env.FULLHOUSE_ADMIN_KEY ?? "";
const PASSWORD = "seven quiet boats at dusk";

async function register(page: Page, email: string): Promise<void> {
  await page.goto("/register");
  await page.getByLabel("Email").fill(email);
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: "Create the account" }).click();
  await expect(page.getByRole("status").filter({ hasText: email })).toBeVisible();
  await page.goto(await linkTo("verify", email));
  await page.getByRole("button", { name: "Confirm and log in" }).click();
  await expect(page.getByText("Your address is confirmed")).toBeVisible();
}

/** What a browser says of a request that its own page makes. */
function ownPage(page: Page): Record<string, string> {
  return { origin: new URL(page.url()).origin };
}

/** A member of an organisation that was made before, in this role. */
async function join(page: Page, organizationId: string, role: string): Promise<void> {
  const email = anAddress();
  await register(page, email);
  const path = `/organizations/${organizationId}/invitations`;
  await ask("POST", path, ADMIN_KEY, { email, role });
  const token = (await linkTo("invitation", email)).split("#token=")[1];
  const accepted = await page.request.post("/api/v1/invitations/accept", {
    data: { token },
    headers: ownPage(page),
  });
  expect(accepted.ok()).toBe(true);
  // Roles stand in the access token: the next one has the new one.
  const renewed = await page.request.post("/api/v1/auth/refresh", {
    data: {},
    headers: ownPage(page),
  });
  expect(renewed.ok()).toBe(true);
}

test("from an empty account to the first sale", async ({ page, browser }) => {
  test.setTimeout(120_000);
  const email = anAddress();
  await register(page, email);
  await page.goto("/organizer");
  await page.getByLabel("Name").fill("Lantern Stage");
  await page.getByRole("button", { name: "Create organisation" }).click();
  await expect(page.getByRole("heading", { name: "New event", level: 1 })).toBeVisible();
  // One form after the other: each begins with its first field.
  await expect(page.getByLabel("Title")).toBeFocused();
  await page.keyboard.type("Night of Lanterns");
  await page.getByRole("spinbutton", { name: /^day/ }).click();
  await page.keyboard.type("20032099");
  await page.keyboard.type("1930");
  await page.getByLabel("Tickets for the whole event").fill("100");
  await page.getByRole("button", { name: "Create draft" }).click();
  await expect(page.getByRole("heading", { name: "Details", level: 1 })).toBeVisible();
  const eventId = /events\/([0-9a-f-]+)/.exec(page.url())?.[1];

  const buffer = await aPicture(page);
  const file = page.getByLabel("Picture file");
  await file.setInputFiles({
    name: "a.svg",
    mimeType: "image/svg+xml",
    buffer: Buffer.from("<svg/>"),
  });
  await expect(page.getByText("This is neither a JPEG nor a PNG file.")).toBeVisible();
  await file.setInputFiles({ name: "lanterns.png", mimeType: "image/png", buffer });
  await expect(page.getByRole("img", { name: "How the picture looks" })).toBeVisible();
  await page.getByLabel("What the picture shows").fill("Lanterns over a quay");
  await expect(page.getByText("All changes saved")).toBeVisible();

  await page.getByRole("link", { name: "Tickets" }).click();
  await expect(page.getByLabel("Tickets for the whole event")).toHaveValue("100");
  await page.getByRole("button", { name: "Add a ticket type" }).click();
  const dialog = page.getByRole("dialog");
  await expect(dialog.getByLabel("Name")).toBeFocused();
  await page.keyboard.type("Regular");
  await dialog.getByLabel("Amount").fill("15");
  await dialog.getByRole("button", { name: "Add a ticket type" }).click();
  await expect(page.getByRole("article").filter({ hasText: "Regular" })).toContainText(
    "sold right now",
  );
  await expect(page.getByRole("button", { name: "Add a ticket type" })).toBeFocused();
  await page.getByRole("button", { name: "Publish" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Publish" }).click();
  await expect(page.getByText("On sale", { exact: true })).toBeVisible();
  await page.getByRole("link", { name: "Sales" }).click();
  await expect(page.getByText("Live", { exact: true })).toBeVisible();

  // Somebody else, on another device.
  const buyer = await browser.newContext();
  const shop = await buyer.newPage();
  await shop.goto(`/events/${eventId}`);
  const shown = shop.getByRole("img", { name: "Lanterns over a quay" });
  await expect(shown).toBeVisible();
  expect(await shown.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(640);
  const preview = shop.locator('meta[property="og:image"]');
  await expect(preview).toHaveAttribute("content", /^https?:\/\/.+\/media\/[0-9a-f]{64}\.jpg$/);
  await choose(shop, "Regular", 2);
  await getTickets(shop);
  await giveContact(shop, "ada.meyer@example.org", "Ada Meyer");
  await fillCard(shop, CARDS.good);
  await pay(shop);
  await expectTickets(shop, 2);
  await buyer.close();

  // The page hears of it by itself, and the buyer is found by a part of the name.
  await expect(page.getByText("2 in the last 60 seconds")).toBeVisible();
  const event = page.getByRole("navigation", { name: "Event" });
  await event.getByRole("link", { name: "Attendees" }).click();
  await page.getByLabel("Search").fill("meyer");
  await expect(page.getByText("2 found.")).toBeVisible();
  await expect(page.getByText("ada.meyer@example.org")).toHaveCount(2);
  await page.reload();
  await expect(page.getByLabel("Search")).toHaveValue("meyer");

  // Everything at once, as a file that the server makes.
  await page.getByRole("button", { name: "Make an attendee list" }).click();
  await page.getByRole("button", { name: "Make the file" }).click();
  const proof = page.getByRole("dialog", { name: "Is it still you?" });
  await proof.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await proof.getByRole("button", { name: "Continue" }).click();
  await expect(page.getByText("Ready, 2 rows.")).toBeVisible();
  const downloading = page.waitForEvent("download");
  await page.getByRole("button", { name: "Download" }).click();
  const downloaded = await (await downloading).createReadStream();
  const chunks: Buffer[] = [];
  for await (const chunk of downloaded) chunks.push(Buffer.from(chunk));
  expect(Buffer.concat(chunks).toString("utf8")).toContain("Ada Meyer,ada.meyer@example.org");
});

test("nobody sees the desk without logging in, and nothing is asked in vain", async ({ page }) => {
  const refused: string[] = [];
  page.on("response", (response) => {
    if (response.status() >= 400) refused.push(response.url());
  });
  await page.goto("/organizer");
  await expect(page).toHaveURL(/\/login\?next=%2Forganizer/);
  await expect(page.getByRole("heading", { name: "Log in", level: 1 })).toBeVisible();
  expect(refused).toEqual([]);
});

test("the door sees no orders, finance changes nothing, others see no event", async ({
  browser,
}) => {
  test.setTimeout(120_000);
  const organizer = await anOrganizer("Lantern Stage");
  const event = await anEvent(organizer, {
    title: "Members Only",
    ticketTypes: [{ name: "Regular", price: EUR(1500) }],
  });
  for (const role of ["door_staff", "finance", "nobody"] as const) {
    const context = await browser.newContext();
    const page = await context.newPage();
    if (role === "nobody") await register(page, anAddress());
    else await join(page, organizer.organizationId, role);
    const orders = `/api/v1/events/${event.eventId}/orders`;
    const attendees = `/api/v1/events/${event.eventId}/attendees`;
    const expected = role === "finance" ? 200 : 403;
    for (const path of [orders, attendees]) {
      expect((await page.request.get(path)).status(), `${role} ${path}`).toBe(expected);
    }
    await page.goto(`/organizer/events/${event.eventId}/attendees`);
    if (role === "finance") {
      await expect(page.getByRole("heading", { name: "Attendees", level: 1 })).toBeVisible();
      await expect(page.getByRole("button", { name: "Cancel event" })).toHaveCount(0);
    } else {
      await expect(page.getByRole("table")).toHaveCount(0);
      await expect(page.getByRole("heading", { level: 1 })).not.toHaveText("Attendees");
    }
    const platform = await page.request.get("/api/v1/platform/people");
    expect(platform.status(), role).toBe(403);
    await context.close();
  }
});

test("the event is shown as it stood, and as it stands now", async ({ page }) => {
  const organizer = await anOrganizer("Lantern Stage");
  const event = await anEvent(organizer, {
    title: "Then and Now",
    ticketTypes: [{ name: "Free", price: { kind: "free" } }],
  });
  await join(page, organizer.organizationId, "owner");
  await page.goto(`/organizer/events/${event.eventId}/history`);
  await expect(page.getByRole("heading", { name: "How it stands now" })).toBeVisible();
  const figure = (name: string) => page.locator("dl > div").filter({ hasText: name }).locator("dd");
  await expect(figure("Orders")).toHaveText("0");

  const { body: held } = await ask("POST", `/events/${event.eventId}/reservations`, "", {
    contact: { email: "ada@example.org" },
    items: [{ ticket_type_id: event.ticketTypeIds[0], quantity: 3 }],
  });
  const path = `/events/${event.eventId}/reservations/${held.reservation_id}/payments`;
  await ask("POST", path, held.access_token, { provider: "stripe" });
  // The present goes on though no further page of the history was loaded.
  await expect(figure("Orders")).toHaveText("1");
  await expect(page.getByRole("button", { name: "Now" })).toBeDisabled();

  await page.getByRole("button", { name: "Event drafted" }).click();
  await expect(page.getByRole("heading", { name: "How it stood" })).toBeVisible();
  await expect(figure("Status")).toContainText("Draft");
  await expect(figure("Orders")).toHaveText("0");
  await page.getByRole("button", { name: "Now" }).click();
  await expect(page.getByRole("heading", { name: "How it stands now" })).toBeVisible();
  await expect(figure("Status")).toContainText("On sale");
  await expect(figure("Orders")).toHaveText("1");
});

test("every step of a history of more than a thousand can be reached", async ({ page }) => {
  const organizer = await anOrganizer("Lantern Stage");
  const event = await anEvent(organizer, {
    title: "A Long Story",
    ticketTypes: [{ name: "Free", price: { kind: "free" } }],
    details: { total_capacity: 5_000 },
  });
  for (let first = 0; first < 1_050; first += 50) {
    const guest = (_: unknown, at: number) => hold(event, 1, `guest${first + at}@example.org`);
    await Promise.all(Array.from({ length: 50 }, guest));
  }
  await join(page, organizer.organizationId, "owner");
  await page.goto(`/organizer/events/${event.eventId}/history`);
  const figure = (name: string) => page.locator("dl > div").filter({ hasText: name }).locator("dd");
  await expect(figure("Held")).toHaveText("1,050");
  await expect(page.getByText(/^100 of 1,05\d entries are shown\.$/)).toBeVisible();
  await page.getByRole("button", { name: "Show older entries" }).click();
  await expect(page.getByText(/^200 of 1,05\d entries are shown\.$/)).toBeVisible();

  // Long before the entries that are loaded.
  const slider = page.getByRole("slider", { name: "Time" });
  await slider.focus();
  await page.keyboard.press("Home");
  await expect(page.getByText(/Event drafted · Step 1 of 1,05\d$/)).toBeVisible();
  await expect(page.getByRole("heading", { name: "How it stood" })).toBeVisible();
  await expect(figure("Held")).toHaveText("0");
  await page.getByRole("button", { name: "Show the entries up to this step" }).click();
  await expect(page.getByRole("button", { name: "Event drafted" })).toHaveAttribute(
    "aria-current",
    "step",
  );
  await page.getByRole("button", { name: "Now" }).click();
  await expect(figure("Held")).toHaveText("1,050");
});
