// Pictures of every state of every page, in both themes and sizes: `npm run shots`, then look at shots/.
import { test } from "./support/page";
import { aWorld, SIZES, STATES, type World } from "./support/states";

let world: World;

test.beforeAll(async () => {
  world = await aWorld();
});

for (const state of STATES) {
  test(state.name, async ({ page }) => {
    await page.emulateMedia({ reducedMotion: "reduce" });
    await state.open(page, world);
    await page.evaluate(() => document.fonts.ready);
    for (const size of SIZES) {
      await page.setViewportSize(size);
      for (const colorScheme of ["light", "dark"] as const) {
        await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
        await page.waitForTimeout(150);
        const path = `shots/${state.name}-${size.name}-${colorScheme}.png`;
        // A dialog stands in the middle of what is seen, not of the whole page.
        const fullPage = (await page.locator("dialog[open]").count()) === 0;
        await page.screenshot({ path, fullPage, animations: "disabled" });
      }
    }
  });
}
