// People with real accounts, nothing told for them: an organizer's first evening, and leaving for good.
import { readFile } from "node:fs/promises";
import { logIn, PASSWORD, proveByPassword, register } from "./support/account";
import { linkTo } from "./support/mailbox";
import { anAddress, expect, test } from "./support/page";

test("from a new account to an organisation with an event on sale", async ({ page }) => {
  const email = anAddress();
  // The way to the desk is kept while an account is made.
  await page.goto("/organizer");
  await page.getByRole("link", { name: "Create an account" }).click();
  // The page before has such a field, too.
  await expect(page.getByRole("heading", { name: "Create an account", level: 1 })).toBeVisible();
  await page.getByLabel("Email").fill(email);
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: "Create the account" }).click();
  await page.goto(await linkTo("verify", email));
  await page.getByRole("button", { name: "Confirm and log in" }).click();
  await page.getByRole("link", { name: "Go on" }).click();
  await page.getByLabel("Name of the organisation").fill("Playhouse on the Quay");
  await page.getByRole("button", { name: "Create organisation" }).click();
  await expect(page.getByRole("heading", { name: "New event", level: 1 })).toBeVisible();
  await page.getByLabel("Title").fill("Opening Night");
  await page.getByRole("spinbutton", { name: /^day/ }).click();
  await page.keyboard.type("20032099");
  await page.keyboard.type("1930");
  await page.getByRole("button", { name: "Create draft" }).click();
  await expect(page.getByRole("heading", { name: "Details", level: 1 })).toBeVisible();
  await page.getByRole("button", { name: "Publish" }).click();
  await page.getByRole("link", { name: /Set how many tickets may be sold/ }).click();
  await page.getByLabel("Tickets for the whole event").fill("50");
  await page.getByRole("button", { name: "Save changes" }).click();
  await expect(page.getByText("The capacity is saved.")).toBeVisible();
  await page.getByRole("button", { name: "Add a ticket type" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name").fill("Friends");
  await dialog.getByLabel("Price").selectOption("free");
  await dialog.getByRole("button", { name: "Add a ticket type" }).click();
  await expect(page.getByRole("article").filter({ hasText: "Friends" })).toBeVisible();
  await page.getByRole("button", { name: "Publish" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Publish" }).click();
  await expect(page.getByText("On sale", { exact: true })).toBeVisible();

  const eventId = /events\/([0-9a-f-]+)/.exec(page.url())?.[1];
  await page.goto(`/events/${eventId}`);
  await expect(page.getByRole("heading", { name: "Opening Night", level: 1 })).toBeVisible();
});

test("what is held about somebody is downloaded, then forgotten", async ({ page }) => {
  const email = anAddress();
  await register(page, email);
  await page.goto("/account");
  await page.getByRole("button", { name: "Collect my data" }).click();
  await proveByPassword(page);
  await expect(page.getByText("We send you a link when everything is collected.")).toBeVisible();
  await page.goto(await linkTo("account/export", email));
  const download = page.waitForEvent("download");
  await page.getByRole("link", { name: "Download" }).click();
  const held = JSON.parse(await readFile(await (await download).path(), "utf8"));
  expect(held.contacts[0].email).toBe(email);
  expect(held.sessions.length).toBeGreaterThan(0);
  expect(held.history.map((fact: { readonly what: string }) => fact.what)).toContain("SteppedUp");

  await page.goto("/account");
  await page.getByRole("button", { name: "Erase my account" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Erase my account" }).click();
  await expect(page.getByText("Your account is erased.")).toBeVisible();
  await expect(page.getByText("You aren’t logged in.")).toBeVisible();
  await logIn(page, email);
  await expect(page.getByRole("alert")).toContainText("email address or the password is wrong");
});
