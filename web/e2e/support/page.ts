// A page that tells of every error, and what buyers do on it.
import { test as base, expect, type Page } from "@playwright/test";

/** Fails a test if the console said anything bad, or a script broke. */
export const test = base.extend<{ quiet: string[]; refused: string[] }>({
  quiet: [
    async ({ page }, use) => {
      const said: string[] = [];
      page.on("pageerror", (error) => said.push(`error: ${error.message}`));
      page.on("console", (message) => {
        const isBad = message.type() === "error" || message.type() === "warning";
        // What the API refuses is told by the browser too; tests of refusals expect it.
        if (isBad && !/Failed to load resource/.test(message.text())) said.push(message.text());
      });
      await use(said);
      expect(said).toEqual([]);
    },
    { auto: true },
  ],
  /** What was asked for in vain: for tests in which nothing is. */
  refused: async ({ page }, use) => {
    const refused: string[] = [];
    page.on("response", (answer) => {
      if (answer.status() >= 400) refused.push(`${answer.status()} ${answer.url()}`);
    });
    await use(refused);
  },
});

export { expect };

export const CARDS = {
  good: "4242 4242 4242 4242",
  declined: "4000 0000 0000 0002",
  funds: "4000 0000 0000 9995",
};

export async function choose(page: Page, type: string, quantity: number): Promise<void> {
  const more = page.getByRole("button", { name: `One more: ${type}` });
  for (let count = 0; count < quantity; count += 1) await more.click();
}

export async function getTickets(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Get tickets" }).filter({ visible: true }).click();
}

export async function giveContact(page: Page, email: string, name = "Ada Example"): Promise<void> {
  await page.getByLabel("Email").fill(email);
  await page.getByLabel("Name (optional)").fill(name);
  await page.getByRole("button", { name: "Hold tickets and continue" }).click();
  await expect(page.getByRole("heading", { name: "Pay", level: 1 })).toBeVisible();
}

export async function fillCard(page: Page, number: string): Promise<void> {
  await page.getByLabel("Card number").fill(number);
  await page.getByLabel("Valid until").fill("12/31");
  await page.getByLabel("Security code").fill("123");
}

export async function pay(page: Page): Promise<void> {
  await page.getByRole("button", { name: /^Pay / }).click();
}

export async function expectTickets(page: Page, count: number): Promise<void> {
  await expect(page.getByRole("heading", { name: "You’re in." })).toBeVisible({ timeout: 20_000 });
  const codes = page.getByRole("img", { name: /^QR code of ticket/ });
  await expect(codes).toHaveCount(count, { timeout: 20_000 });
  for (const code of await codes.all()) {
    await expect
      .poll(() => code.evaluate((image: HTMLImageElement) => image.naturalWidth))
      .toBeGreaterThan(0);
  }
}

export function anAddress(): string {
  return `buyer-${crypto.randomUUID().slice(0, 8)}@example.org`;
}
