// A device at the door: invited at the desk, enrolled by its link, at work for its event, revoked.
import type { Browser, Page } from "@playwright/test";
import { anEvent, anOrganizer, EUR, type MadeEvent, type Organizer } from "./support/api";
import { enterDesk } from "./support/deskPage";
import { enrol, invited } from "./support/door";
import { expect, test } from "./support/page";

const TITLE = "Four Hands, One Piano";

async function aDoor(): Promise<{ organizer: Organizer; event: MadeEvent }> {
  const organizer = await anOrganizer();
  const event = await anEvent(organizer, {
    title: TITLE,
    ticketTypes: [
      { name: "Regular", price: EUR(2900) },
      { name: "Front row", price: EUR(4900) },
    ],
  });
  return { organizer, event };
}

/** A phone of its own, that shares nothing with the desk. */
async function aPhone(browser: Browser): Promise<Page> {
  const viewport = { width: 390, height: 844 };
  const context = await browser.newContext({ viewport, locale: "en-GB" });
  return context.newPage();
}

test("the desk invites a phone, the phone shows its event, and is outside once it is revoked", async ({
  page,
  browser,
}) => {
  const { organizer, event } = await aDoor();
  await enterDesk(page, organizer);
  await page.goto(`/organizer/events/${event.eventId}`);
  await page.getByRole("link", { name: "Door devices" }).click();
  await expect(page.getByText("No devices yet")).toBeVisible();
  await page.getByRole("button", { name: "Invite a device" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Device").fill("Blue phone");
  await dialog.getByLabel("Gates").fill("North, VIP");
  await dialog.getByRole("button", { name: "Show the code" }).click();
  await expect(dialog.getByRole("img", { name: /QR code/ })).toBeVisible();
  const link = await dialog.getByLabel("Link").inputValue();

  const phone = await aPhone(browser);
  await phone.goto(link);
  await expect(phone.getByRole("heading", { name: TITLE, level: 1 })).toBeVisible();
  await expect(phone.getByText("VIP", { exact: true })).toBeVisible();
  await expect(phone.getByText("Front row")).toBeVisible();
  await expect(phone.getByText("Connected")).toBeVisible();
  expect(phone.url()).not.toContain("code");

  // The desk hears of it by itself, and the code works no more.
  await expect(dialog.getByText("“Blue phone” is enrolled")).toBeVisible();
  await dialog.getByRole("button", { name: "Close" }).last().click();
  await expect(page.getByRole("row", { name: /Blue phone/ })).toContainText("At work");
  const second = await aPhone(browser);
  await second.goto(link);
  await expect(second.getByText("This code has expired or has been used")).toBeVisible();

  // It stays enrolled over a reload: its key is kept.
  await phone.reload();
  await expect(phone.getByRole("heading", { name: TITLE, level: 1 })).toBeVisible();
  await expect(phone.getByText("Connected")).toBeVisible();

  await page.getByRole("button", { name: "Revoke “Blue phone”" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Revoke" }).click();
  await expect(phone.getByText("This device was revoked")).toBeVisible();
  await expect(page.getByRole("row", { name: /Blue phone/ })).toContainText("Revoked");
  await phone.getByRole("button", { name: "Forget this enrolment" }).click();
  await expect(phone.getByText("This device isn’t enrolled")).toBeVisible();
});

test("the key can't be read out of the phone", async ({ page }) => {
  const { organizer, event } = await aDoor();
  const { code } = await invited(organizer, event.eventId);
  await enrol(page, code);
  await expect(page.getByText("Connected")).toBeVisible();
  const kept = await page.evaluate(async () => {
    const database = await new Promise<IDBDatabase>((resolve) => {
      const request = indexedDB.open("fullhouse-door");
      request.onsuccess = () => resolve(request.result);
    });
    const record = await new Promise<{ key: CryptoKeyPair }>((resolve) => {
      const request = database.transaction("device").objectStore("device").get("current");
      request.onsuccess = () => resolve(request.result);
    });
    const { privateKey } = record.key;
    const read = await crypto.subtle.exportKey("pkcs8", privateKey).then(
      () => "read",
      () => "refused",
    );
    return { extractable: privateKey.extractable, read };
  });
  expect(kept).toEqual({ extractable: false, read: "refused" });
});

test("a phone without a network says so, and goes on when it is back", async ({ page }) => {
  const { organizer, event } = await aDoor();
  const { code } = await invited(organizer, event.eventId);
  await enrol(page, code);
  await expect(page.getByText("Connected")).toBeVisible();
  await page.context().setOffline(true);
  await expect(page.getByText("No connection")).toBeVisible();
  await expect(page.getByText(/Last heard from the server at/)).toBeVisible();
  await expect(page.getByRole("heading", { name: TITLE, level: 1 })).toBeVisible();
  await page.context().setOffline(false);
  await expect(page.getByText("Connected")).toBeVisible();
});

test("a phone whose lease has ended says so, also without a network", async ({ page }) => {
  const { organizer, event } = await aDoor();
  const { code } = await invited(organizer, event.eventId, { lease_hours: 1 });
  await enrol(page, code);
  await expect(page.getByText("Connected")).toBeVisible();
  await page.clock.install();
  await page.context().setOffline(true);
  await expect(page.getByText("No connection")).toBeVisible();
  await page.clock.fastForward("01:05:00");
  await expect(page.getByText("The time of this device is over")).toBeVisible();
});

test("a phone that is at work is asked before it is enrolled anew", async ({ page }) => {
  const { organizer, event } = await aDoor();
  await enrol(page, (await invited(organizer, event.eventId)).code);
  await expect(page.getByText("Connected")).toBeVisible();
  const other = await anEvent(organizer, {
    title: "Northern Lights",
    ticketTypes: [{ name: "Regular", price: EUR(2900) }],
  });
  const { code } = await invited(organizer, other.eventId);
  // The same page with another fragment isn't loaded again by itself.
  await page.goto("about:blank");
  await enrol(page, code);
  await expect(page.getByText(`This device already works for “${TITLE}”`)).toBeVisible();
  await page.getByRole("button", { name: "Enrol anew" }).click();
  await expect(page.getByRole("heading", { name: "Northern Lights", level: 1 })).toBeVisible();
});
