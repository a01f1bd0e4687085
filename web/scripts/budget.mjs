// Fails if a page would load more than it may, or if the storefront would load what only the desk needs.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

const dist = new URL("../dist", import.meta.url).pathname;
const manifest = JSON.parse(readFileSync(join(dist, ".vite/manifest.json"), "utf8"));
const KB = 1024;

/** Gzipped kB of what an entry loads at once, together with these lazily loaded parts. */
function weigh(entry, lazy) {
  const seen = new Set();
  const css = new Set();
  const visit = (key) => {
    if (seen.has(key)) return;
    seen.add(key);
    const chunk = manifest[key];
    if (!chunk) throw new Error(`dist/.vite/manifest.json has no ${key}`);
    for (const file of chunk.css ?? []) css.add(file);
    for (const next of chunk.imports ?? []) visit(next);
  };
  for (const key of [entry, ...lazy]) visit(key);
  const size = (file) => gzipSync(readFileSync(join(dist, file)), { level: 9 }).length / KB;
  const js = [...seen].map((key) => manifest[key].file).filter((file) => file.endsWith(".js"));
  const sum = (files) => [...files].reduce((total, file) => total + size(file), 0);
  return { js: sum(new Set(js)), css: sum(css), files: js };
}

const BUDGETS = [
  ["organizer shell", "organizer/index.html", [], 150, 9],
  ["scanner shell", "scan/index.html", [], 90, 9],
];

let failed = false;
for (const [name, entry, lazy, maxJs, maxCss] of BUDGETS) {
  const { js, css } = weigh(entry, lazy);
  const over = js > maxJs || css > maxCss;
  failed ||= over;
  const line = `JS ${js.toFixed(1)} of ${maxJs} kB, CSS ${css.toFixed(1)} of ${maxCss} kB`;
  console.log(`${over ? "OVER " : "ok   "}${name}: ${line}`);
}

process.exitCode = failed ? 1 : 0;
