// Log-in with an account elsewhere, at a provider that isn't ours.
import type { Server } from "node:http";
import type { Page } from "@playwright/test";
import { linkTo } from "./support/mailbox";
import { anAddress, expect, test } from "./support/page";
import { startProvider } from "./support/provider";

// One provider on one port: these tests stay in one worker.
test.describe.configure({ mode: "default" });

const PASSWORD = "seven quiet boats at dusk";
let provider: Server;

test.beforeAll(async () => {
  provider = await startProvider();
});

test.afterAll(() => {
  provider.closeAllConnections();
  provider.close();
});

interface Member {
  readonly member: string;
  readonly email: string;
  readonly isVerified: boolean;
}

const aMember = (email = anAddress(), isVerified = true): Member => ({
  member: `m-${crypto.randomUUID()}`,
  email,
  isVerified,
});

async function leave(page: Page): Promise<void> {
  await page.goto("/login");
  await page.getByRole("button", { name: "Continue with Harbour" }).click();
}

/** Says who one is on the provider's page. */
async function agree(page: Page, { member, email, isVerified }: Member): Promise<void> {
  await expect(page.getByRole("heading", { name: "Harbour: who are you?" })).toBeVisible();
  await page.getByLabel("Member").fill(member);
  await page.getByLabel("Harbour email").fill(email);
  if (isVerified) await page.getByLabel("Harbour has verified it").check();
  await page.getByRole("button", { name: "Let Fullhouse know" }).click();
}

async function expectAccount(page: Page, email: string): Promise<void> {
  await expect(page.getByRole("heading", { name: "Your account" })).toBeVisible();
  await expect(page.getByText(email).first()).toBeVisible();
}

async function logOut(page: Page): Promise<void> {
  await page.goto("/account");
  await page.getByRole("button", { name: "Log out", exact: true }).click();
  await expect(page.getByText("You aren’t logged in.")).toBeVisible();
}

async function register(page: Page, email: string): Promise<void> {
  await page.goto("/register");
  await page.getByLabel("Email").fill(email);
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: "Create the account" }).click();
  await page.goto(await linkTo("verify", email));
  await page.getByRole("button", { name: "Confirm and log in" }).click();
  await expect(page.getByText("Your address is confirmed")).toBeVisible();
}

async function logIn(page: Page, email: string): Promise<void> {
  await page.goto("/login");
  await page.getByLabel("Email").fill(email);
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: "Log in", exact: true }).click();
  await expectAccount(page, email);
}

test("the first log-in makes the account, the second finds it", async ({ page }) => {
  const member = aMember();
  await leave(page);
  await agree(page, member);
  await expectAccount(page, member.email);
  await expect(page.getByRole("textbox", { name: "Name", exact: true })).toHaveValue(
    "Ada of the Harbour",
  );
  await expect(page.getByText("You have none: you log in elsewhere")).toBeVisible();
  expect(page.url()).not.toContain("code=");
  await logOut(page);
  await leave(page); // the provider knows the browser and doesn't ask again
  await expectAccount(page, member.email);
});

test("one comes back to the page that one came from", async ({ page }) => {
  const member = aMember();
  await page.goto("/login?next=%2Fhelp%3Fa%3D1");
  await page.getByRole("button", { name: "Continue with Harbour" }).click();
  await agree(page, member);
  await expect(page).toHaveURL(/\/help\?a=1$/);
  await page.goto("/account");
  await expectAccount(page, member.email);
});

test("an account with the address is opened only after a proof by mail", async ({ page }) => {
  const email = anAddress();
  await register(page, email);
  await logOut(page);
  await leave(page);
  await agree(page, aMember(email));
  await expect(page.getByText("please show that the address is yours")).toBeVisible();
  await page.goto("/account");
  await expect(page.getByText("You aren’t logged in.")).toBeVisible();
  await page.goto(await linkTo("login/confirm", email));
  await page.getByRole("button", { name: "Yes, log me in" }).click();
  await expectAccount(page, email);
  await expect(page.getByRole("button", { name: "Unlink: Harbour" })).toBeVisible();
});

test("the mail’s link does nothing in another browser", async ({ page, browser }) => {
  const email = anAddress();
  await leave(page);
  await agree(page, aMember(email, false));
  await expect(page.getByText("please show that the address is yours")).toBeVisible();
  const link = await linkTo("login/confirm", email);
  const other = await (await browser.newContext()).newPage();
  await other.goto(link);
  await other.getByRole("button", { name: "Yes, log me in" }).click();
  await expect(other.getByRole("alert")).toContainText("in which you began to log in");
  await other.context().close();
  await page.goto(link);
  await page.getByRole("button", { name: "Yes, log me in" }).click();
  await expectAccount(page, email);
});

test("a log-in is linked on the account page, proves who is there, and is unlinked", async ({
  page,
}) => {
  const [email, member] = [anAddress(), aMember()];
  await register(page, email);
  await logOut(page);
  await logIn(page, email);
  await page.getByRole("button", { name: "Link Harbour" }).click();
  await agree(page, member);
  await expect(page.getByRole("button", { name: "Unlink: Harbour" })).toBeVisible();
  await logOut(page);
  await leave(page);
  await expectAccount(page, email);
  await page.getByRole("button", { name: "Unlink: Harbour" }).click();
  const asked = page.getByRole("dialog", { name: "Unlink Harbour?" });
  await expect(asked).toContainText("doesn’t open this account any more");
  await asked.getByRole("button", { name: "Unlink" }).click();
  // This log-in came from elsewhere and says not when the password was given there.
  await page.getByRole("button", { name: "Confirm with Harbour" }).click();
  await agree(page, member);
  await expect(page.getByText("possible for five minutes").first()).toBeVisible();
  await page.getByRole("button", { name: "Unlink: Harbour" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Unlink" }).click();
  await expect(page.getByRole("button", { name: "Link Harbour" })).toBeVisible();
});

test("a log-in that opens another account isn’t linked", async ({ page }) => {
  const member = aMember();
  await leave(page);
  await agree(page, member);
  await expectAccount(page, member.email);
  await logOut(page);
  const email = anAddress();
  await register(page, email);
  await logOut(page);
  await logIn(page, email);
  await page.getByRole("button", { name: "Link Harbour" }).click();
  await expect(page.getByRole("alert")).toContainText("opens another account here");
});

test("whoever says no there is told that nothing happened", async ({ page }) => {
  await leave(page);
  await page.getByRole("button", { name: "Cancel" }).click();
  await expect(page.getByRole("alert")).toContainText("The log-in was cancelled");
  await page.getByRole("link", { name: "Back to the log-in" }).click();
  await expect(page.getByRole("button", { name: "Continue with Harbour" })).toBeVisible();
});

test("an answer of the provider works once", async ({ page }) => {
  const member = aMember();
  let answered = "";
  page.on("request", (request) => {
    if (request.isNavigationRequest() && request.url().includes("/login/callback/")) {
      answered = request.url();
    }
  });
  await leave(page);
  await agree(page, member);
  await expectAccount(page, member.email);
  expect(answered).toContain("code=");
  await page.goto(answered);
  await expect(page.getByRole("alert")).toContainText("was used already");
});

test("an answer to another question is not believed", async ({ page }) => {
  await page.route(
    /^http:\/\/127\.0\.0\.1:\d+\/auth\?/,
    async (route) => {
      const url = new URL(route.request().url());
      url.searchParams.set("nonce", "tampered");
      await route.fulfill({ status: 302, headers: { Location: url.href } });
    },
    { times: 1 },
  );
  await leave(page);
  await agree(page, aMember());
  await expect(page.getByRole("alert")).toContainText("couldn’t be trusted");
  await page.goto("/account");
  await expect(page.getByText("You aren’t logged in.")).toBeVisible();
});
