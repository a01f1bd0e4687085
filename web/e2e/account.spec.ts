// Accounts, from the first mail to the second factor.
import { logIn, PASSWORD, register } from "./support/account";
import { anEvent, anOrganizer, EUR } from "./support/api";
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
import { totp } from "./support/totp";

test("tickets bought as a guest are in the account of the confirmed address", async ({ page }) => {
  const asked: string[] = [];
  page.on("request", (request) => asked.push(request.url()));
  const event = await anEvent(await anOrganizer(), {
    title: "Found Again",
    ticketTypes: [{ name: "Regular", price: EUR(1500) }],
  });
  const email = anAddress();
  await page.goto(`/events/${event.eventId}`);
  await choose(page, "Regular", 1);
  await getTickets(page);
  await giveContact(page, email);
  await fillCard(page, CARDS.good);
  await pay(page);
  await expectTickets(page, 1);
  expect(asked.join(" ")).toContain("/qr.svg");
  expect(asked.join(" ")).not.toMatch(/fha_|access_token/);

  await page.evaluate(() => localStorage.clear()); // another device
  await register(page, email);
  await page.goto("/account");
  await page.getByRole("link", { name: "Found Again" }).click();
  await expectTickets(page, 1);
});

test("whoever logs out leaves nothing in the browser but its look", async ({ page, context }) => {
  const event = await anEvent(await anOrganizer(), {
    title: "Left Behind",
    ticketTypes: [{ name: "Regular", price: EUR(1500) }],
    details: { total_capacity: 2 },
  });
  const email = anAddress();
  await page.goto(`/events/${event.eventId}`);
  await page.evaluate(() => localStorage.setItem("fh-theme", "dark"));
  await choose(page, "Regular", 1);
  await getTickets(page);
  await giveContact(page, email);
  await fillCard(page, CARDS.good);
  await pay(page);
  await expectTickets(page, 1);
  await register(page, email);
  await page.goto(`/events/${event.eventId}`);
  await choose(page, "Regular", 1);
  await getTickets(page);
  await giveContact(page, email);

  const other = await context.newPage();
  await other.goto("/account");
  await expect(other.getByText(email).first()).toBeVisible();
  await page.goto("/account");
  const leave = page.getByRole("button", { name: "Log out", exact: true });
  await leave.click();
  await page.getByRole("button", { name: "Stay logged in" }).click();
  await expect(page.getByText(email).first()).toBeVisible();
  await leave.click();
  await page.getByRole("button", { name: "Give them back and log out" }).click();
  for (const tab of [page, other]) {
    await expect(tab.getByText("You aren’t logged in.")).toBeVisible();
    await expect(tab.getByText(email)).toHaveCount(0);
    const kept = await tab.evaluate(() => ({
      device: Object.keys(localStorage).sort(),
      tab: JSON.stringify(sessionStorage),
    }));
    expect(kept.device).toEqual(["fh-left", "fh-theme"]);
    expect(kept.tab).not.toContain(email);
    expect(kept.tab).not.toContain("fha_");
  }
  await page.goto("/tickets");
  await expect(page.getByText("No tickets here yet")).toBeVisible();
  await page.goto(`/events/${event.eventId}`);
  await choose(page, "Regular", 1);
  await getTickets(page);
  await giveContact(page, anAddress());
});

test("wrong passwords are refused, a forgotten one is replaced", async ({ page }) => {
  const email = anAddress();
  await register(page, email);
  await page.goto("/account");
  await page.getByRole("button", { name: "Log out", exact: true }).click();
  await expect(page.getByText("You aren’t logged in.")).toBeVisible();
  await logIn(page, email, "something else");
  await expect(page.getByRole("alert")).toContainText("email address or the password is wrong");
  await page.getByRole("link", { name: "Forgot your password?" }).click();
  // The page before has such a field too.
  await expect(page.getByRole("heading", { name: "Forgot your password?" })).toBeVisible();
  await page.getByLabel("Email").fill(email);
  await page.getByRole("button", { name: "Send the link" }).click();
  await page.goto(await linkTo("reset", email));
  await page.getByLabel("New password").fill(`${PASSWORD} again`);
  await page.getByRole("button", { name: "Save the password" }).click();
  await expect(page.getByText("The new password counts")).toBeVisible();
  await logIn(page, email, `${PASSWORD} again`);
  await expect(page.getByRole("heading", { name: "Your account" })).toBeVisible();
});

test("a second factor is set up with its code and asked for at the next log-in", async ({
  page,
}) => {
  const email = anAddress();
  await register(page, email);
  await page.goto("/account");
  await page.getByRole("button", { name: "Set up an app" }).click();
  const secretField = page.getByLabel("Secret");
  const again = page.getByRole("dialog").getByLabel("Password", { exact: true });
  await expect(secretField.or(again)).toBeVisible();
  if (await again.isVisible()) {
    await again.fill(PASSWORD);
    await page.getByRole("dialog").getByRole("button", { name: "Confirm" }).click();
  }
  await expect(page.getByRole("img", { name: "QR code for your authenticator app" })).toBeVisible();
  const secret = await secretField.inputValue();
  await page.getByLabel("Six digits").fill(totp(secret, Date.now()));
  await page.getByRole("button", { name: "Confirm" }).click();
  const codes = (await page.getByLabel("All codes").inputValue()).split(" ");
  expect(codes.length).toBeGreaterThanOrEqual(8);
  await page.getByRole("button", { name: "I have kept them" }).click();
  await expect(page.getByText("Switched on")).toBeVisible();

  await page.getByRole("button", { name: "Log out", exact: true }).click();
  await expect(page.getByText("You aren’t logged in.")).toBeVisible();
  await logIn(page, email);
  await expect(page.getByRole("heading", { name: "One more step" })).toBeVisible();
  await page.getByLabel("Code").fill(codes[0] ?? "");
  await page.getByRole("button", { name: "Continue" }).click();
  await expect(page.getByRole("heading", { name: "Your account" })).toBeVisible();
  await expect(page.getByText("This device")).toBeVisible();
});

test("the desk sends guests to log in, and lets them come back", async ({ page }) => {
  const email = anAddress();
  await register(page, email);
  await page.goto("/account");
  await page.getByRole("button", { name: "Log out", exact: true }).click();
  await expect(page.getByText("You aren’t logged in.")).toBeVisible();
  await page.goto("/organizer");
  await expect(page.getByRole("heading", { name: "Log in", level: 1 })).toBeVisible();
  await page.getByLabel("Email").fill(email);
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: "Log in", exact: true }).click();
  await expect(page).toHaveURL(/\/organizer/);
});
