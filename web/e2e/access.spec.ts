// Every state of every page: no violation that axe finds, in both themes and sizes, and no sideways scrolling.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { violations } from "./support/axe";
import { expect, test } from "./support/page";
import { aWorld, SIZES, STATES, type World } from "./support/states";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const NARROWEST = 320;

let world: World;

test.beforeAll(async () => {
  world = await aWorld();
});

for (const state of STATES) {
  test(`${state.name} is accessible`, async ({ page }) => {
    await page.emulateMedia({ reducedMotion: "reduce" });
    await state.open(page, world);
    for (const size of SIZES) {
      await page.setViewportSize(size);
      for (const colorScheme of ["light", "dark"] as const) {
        await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
        await page.waitForTimeout(250); // colours change over 120 ms
        const found = await violations(page, axe);
        expect(found, `${size.name}, ${colorScheme}`).toEqual([]);
      }
    }
    await page.setViewportSize({ width: NARROWEST, height: 700 });
    const width = () => page.evaluate(() => document.documentElement.scrollWidth);
    await expect.poll(width, "no sideways scrolling").toBeLessThanOrEqual(NARROWEST);
  });
}
