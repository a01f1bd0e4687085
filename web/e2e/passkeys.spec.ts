// Passkeys against the real services: the browser's own simulated device makes and shows them.
import type { Page } from "@playwright/test";
import { expectAccount, logIn, logOut, proveByPassword, register } from "./support/account";
import { aDevice } from "./support/device";
import { anAddress, expect, test } from "./support/page";

/** Goes through the dialog that adds a passkey. */
async function beginToAdd(page: Page, name: string): Promise<void> {
  await page.goto("/account");
  await page.getByRole("button", { name: "Add a passkey" }).click();
  const dialog = page.getByRole("dialog", { name: "Add a passkey" });
  await dialog.getByLabel("Name").fill(name);
  await dialog.getByRole("button", { name: "Continue" }).click();
}

/** The recovery codes, which are shown once. */
async function keepCodes(page: Page): Promise<string[]> {
  const codes = (await page.getByLabel("All codes").inputValue()).split(" ");
  await page.getByRole("button", { name: "I have kept them" }).click();
  return codes;
}

/** An account with a passkey, logged in by password so that the proof is fresh. */
async function withAPasskey(page: Page, email: string, name: string): Promise<string[]> {
  await register(page, email);
  await beginToAdd(page, name);
  await proveByPassword(page);
  return keepCodes(page);
}

test("a passkey is added after a fresh proof, and opens the account alone", async ({ page }) => {
  const device = await aDevice(page);
  const email = anAddress();
  const codes = await withAPasskey(page, email, "Key ring");
  expect(codes).toHaveLength(10);
  const row = page.getByRole("listitem").filter({ hasText: "Key ring" });
  await expect(row).toBeVisible();
  expect(await device.passkeys()).toHaveLength(1);

  await device.isTouched(false); // nothing is chosen for us while the page is looked at
  await logOut(page);
  await page.goto("/login");
  await expect(page.getByLabel("Email")).toHaveAttribute("autocomplete", "username webauthn");
  await device.isTouched(true);
  // The browser may have offered it at the field already, and be faster.
  await Promise.any([
    page.getByRole("button", { name: "Log in with a passkey" }).click(),
    page.waitForURL("**/account"),
  ]);
  await expectAccount(page);
  await expect(page.getByText(email).first()).toBeVisible();
  await expect(row).toContainText("Last used");
});

test("after the password the passkey is the second factor, or a recovery code", async ({
  page,
}) => {
  const device = await aDevice(page);
  const email = anAddress();
  const codes = await withAPasskey(page, email, "Laptop");
  await device.isTouched(false);
  await logOut(page);
  await logIn(page, email);
  await expect(page.getByRole("heading", { name: "One more step" })).toBeVisible();
  await device.isTouched(true);
  await page.getByRole("button", { name: "Use your passkey" }).click();
  await expectAccount(page);

  await device.isTouched(false);
  await logOut(page);
  await logIn(page, email);
  await page.getByLabel("Recovery code").fill(codes[0] ?? "");
  await page.getByRole("button", { name: "Continue" }).click();
  await expectAccount(page);
});

test("what is dangerous asks for the passkey again", async ({ page, browser }) => {
  const email = anAddress();
  await register(page, email); // by mail: dangerous things ask this session for a proof
  const elsewhere = await browser.newContext();
  const other = await elsewhere.newPage();
  const theirs = await aDevice(other);
  await logIn(other, email);
  await expectAccount(other);
  await beginToAdd(other, "Phone");
  await keepCodes(other);
  const [passkey] = await theirs.passkeys();
  await elsewhere.close();

  const device = await aDevice(page);
  if (passkey) await device.take(passkey);
  await page.goto("/account");
  await page.getByRole("button", { name: "Set up an app" }).click();
  const dialog = page.getByRole("dialog", { name: "Is it still you?" });
  await expect(dialog.getByLabel("Password")).toHaveCount(0);
  await dialog.getByRole("button", { name: "Use your passkey" }).click();
  await expect(page.getByRole("img", { name: "QR code for your authenticator app" })).toBeVisible();
});

test("a passkey is renamed and removed, and then opens nothing", async ({ page }) => {
  const device = await aDevice(page);
  const email = anAddress();
  await withAPasskey(page, email, "Phone");
  await page.getByRole("button", { name: "Rename" }).click();
  await page.getByRole("dialog").getByLabel("Name").fill("Old phone");
  await page.getByRole("dialog").getByRole("button", { name: "Save" }).click();
  const row = page.getByRole("listitem").filter({ hasText: "Old phone" });
  await expect(row).toBeVisible();
  await row.getByRole("button", { name: "Remove" }).click();
  const dialog = page.getByRole("dialog", { name: "Remove “Old phone”?" });
  await expect(dialog).toContainText("your password alone will be enough again");
  await dialog.getByRole("button", { name: "Remove the passkey" }).click();
  await expect(row).toHaveCount(0);

  await device.isTouched(false);
  await logOut(page);
  await page.goto("/login");
  await device.isTouched(true);
  await page.getByRole("button", { name: "Log in with a passkey" }).click();
  await expect(page.getByRole("alert")).toContainText("This passkey opens no account here");
  await device.isTouched(false);
  await logIn(page, email);
  await expectAccount(page);
});

test("a refusal of the device is told, and nothing is added", async ({ page }) => {
  const device = await aDevice(page);
  await register(page, anAddress());
  await device.recognises(false);
  await beginToAdd(page, "Stranger’s");
  await proveByPassword(page);
  const dialog = page.getByRole("dialog", { name: "Add a passkey" });
  await expect(dialog.getByRole("alert")).toContainText("No passkey was chosen");
  await device.recognises(true);
  await dialog.getByRole("button", { name: "Continue" }).click();
  await keepCodes(page);
  // The device is told that it has one already.
  await beginToAdd(page, "Again");
  await expect(dialog.getByRole("alert")).toContainText("has a passkey for your account already");
});

test("a browser without passkeys says so and offers the rest", async ({ page }) => {
  await page.addInitScript(() => {
    Reflect.deleteProperty(window, "PublicKeyCredential");
  });
  const email = anAddress();
  await register(page, email);
  await page.goto("/account");
  await expect(page.getByText("can’t use passkeys")).toBeVisible();
  await expect(page.getByRole("button", { name: "Add a passkey" })).toHaveCount(0);
  await logOut(page);
  await logIn(page, email);
  await expectAccount(page);
});

test("a passkey is offered where the address is filled in", async ({ page }) => {
  const device = await aDevice(page);
  const email = anAddress();
  await withAPasskey(page, email, "Manager");
  await device.isTouched(false);
  await logOut(page);
  await device.isTouched(true); // the simulated person chooses what the browser would fill in
  await page.goto("/login");
  await expectAccount(page);
});
