// Registering and logging in, as people do.
import type { Page } from "@playwright/test";
import { linkTo } from "./mailbox";
import { expect } from "./page";

export const PASSWORD = "seven quiet boats at dusk";

/** Registers and proves the address: logged in by a mail, which is no fresh proof. */
export async function register(page: Page, email: string): Promise<void> {
  await page.goto("/register");
  await page.getByLabel("Email").fill(email);
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: "Create the account" }).click();
  await expect(page.getByRole("status").filter({ hasText: email })).toBeVisible();
  await page.goto(await linkTo("verify", email));
  await page.getByRole("button", { name: "Confirm and log in" }).click();
  await expect(page.getByText("Your address is confirmed")).toBeVisible();
}

export async function logIn(page: Page, email: string, password = PASSWORD): Promise<void> {
  await page.goto("/login");
  await page.getByLabel("Email").fill(email);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Log in", exact: true }).click();
}

export async function logOut(page: Page): Promise<void> {
  await page.goto("/account");
  await page.getByRole("button", { name: "Log out", exact: true }).click();
  await expect(page.getByText("You aren’t logged in.")).toBeVisible();
}

export async function expectAccount(page: Page): Promise<void> {
  await expect(page.getByRole("heading", { name: "Your account" })).toBeVisible();
}

/** Answers the question for a fresh proof with the password. */
export async function proveByPassword(page: Page): Promise<void> {
  const dialog = page.getByRole("dialog", { name: "Is it still you?" });
  await dialog.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await dialog.getByRole("button", { name: "Confirm" }).click();
}
