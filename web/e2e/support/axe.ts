// What axe finds on a page as it is shown now.
import type { Page } from "@playwright/test";

const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** Violations, each with its elements. `axe` is the script itself. */
export async function violations(page: Page, axe: string): Promise<string[]> {
  // By the debugger, which no policy of the page binds.
  await page.evaluate(axe);
  return page.evaluate(async (tags) => {
    // @ts-expect-error: axe was put into the page.
    const { violations } = await window.axe.run({ runOnly: tags });
    return violations.map(
      (one: { id: string; nodes: { html: string; failureSummary?: string }[] }) =>
        `${one.id}: ${one.nodes.map((node) => `${node.html} ${node.failureSummary}`).join(" | ")}`,
    );
  }, TAGS);
}
