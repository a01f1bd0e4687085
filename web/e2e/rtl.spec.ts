// From right to left, with longer words: nothing may be cut off or push the page sideways.

import type { Page } from "@playwright/test";
import { aDeskWorld, DESK_STATES } from "./support/desk";
import type { DeskWorld } from "./support/deskPage";
import { expect, test } from "./support/page";
import { aWorld, STATES, type World } from "./support/states";

const WIDTHS = [320, 390, 1280];
const DESK = ["desk-events", "desk-sales", "desk-edit", "desk-tickets", "desk-orders", "desk-team"];

let world: World;
let desk: DeskWorld;

test.beforeAll(async () => {
  [world, desk] = await Promise.all([aWorld(), aDeskWorld()]);
});

/** As if the language had been chosen in another tab: the state of the page stays. */
async function turn(page: Page): Promise<void> {
  // What the server has written is seen before anything listens.
  await expect(async () => {
    await page.evaluate(() => {
      localStorage.setItem("fh-language", "qps");
      dispatchEvent(new StorageEvent("storage", { key: "fh-language" }));
    });
    await expect(page.locator("html")).toHaveAttribute("dir", "rtl", { timeout: 1_000 });
  }).toPass();
}

async function fits(page: Page, name: string): Promise<void> {
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 844 });
    const sideways = await page.evaluate(() => document.documentElement.scrollWidth);
    expect(sideways, `${width} px`).toBeLessThanOrEqual(width);
    const outside = await page.evaluate(() =>
      [...document.querySelectorAll("button, a, input, select, h1, h2, h3, label, dt, dd")]
        .filter((element) =>
          element.checkVisibility({ visibilityProperty: true, opacityProperty: true }),
        )
        .filter((element) => !element.closest(".sr-only, [class*=overflow-x-auto], table, dialog"))
        // What the keys don't reach is there for forms, not for eyes.
        .filter((element) => !element.matches('input[tabindex="-1"]'))
        .filter((element) => {
          const { left, right, width } = element.getBoundingClientRect();
          return width > 1 && (left < -1 || right > window.innerWidth + 1);
        })
        .map((element) => element.outerHTML.slice(0, 200)),
    );
    expect(outside, `${width} px`).toEqual([]);
    if (width !== 320) {
      await page.screenshot({ path: `shots/rtl-${name}-${width}.png`, fullPage: true });
    }
  }
}

// Without a connection no other language comes.
for (const state of STATES.filter(({ name }) => name !== "event-offline")) {
  test(`${state.name} reads from right to left`, async ({ page }) => {
    await page.emulateMedia({ reducedMotion: "reduce" });
    await state.open(page, world);
    await turn(page);
    await fits(page, state.name);
  });
}

for (const state of DESK_STATES.filter(({ name }) => DESK.includes(name))) {
  test(`${state.name} reads from right to left`, async ({ page }) => {
    await page.emulateMedia({ reducedMotion: "reduce" });
    await state.open(page, desk);
    await turn(page);
    await fits(page, state.name);
  });
}
