// Every state of the desk: no violation that axe finds, in both themes and sizes, and no sideways scrolling.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { aDeskWorld, DESK_STATES } from "./support/desk";
import type { DeskWorld } from "./support/deskPage";
import { expect, test } from "./support/page";
import { SIZES } from "./support/states";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const NARROWEST = 320;

let world: DeskWorld;

test.beforeAll(async () => {
  world = await aDeskWorld();
});

for (const state of DESK_STATES) {
  test(`${state.name} is accessible`, async ({ page }) => {
    await page.emulateMedia({ reducedMotion: "reduce" });
    await state.open(page, world);
    for (const size of SIZES) {
      await page.setViewportSize(size);
      for (const colorScheme of ["light", "dark"] as const) {
        await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
        await page.waitForTimeout(250); // colours change over 120 ms
        await page.evaluate(axe);
        const found = await page.evaluate(async (tags) => {
          // @ts-expect-error: axe was put into the page.
          const { violations } = await window.axe.run({ runOnly: tags });
          return violations.map(
            (one: { id: string; nodes: { html: string; failureSummary?: string }[] }) =>
              `${one.id}: ${one.nodes.map((node) => `${node.html} ${node.failureSummary}`).join(" | ")}`,
          );
        }, TAGS);
        expect(found, `${size.name}, ${colorScheme}`).toEqual([]);
      }
    }
    await page.setViewportSize({ width: NARROWEST, height: 700 });
    const width = () => page.evaluate(() => document.documentElement.scrollWidth);
    await expect.poll(width, "no sideways scrolling").toBeLessThanOrEqual(NARROWEST);
  });
}
