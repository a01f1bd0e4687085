// Fails if a page would load more than it may, or if the storefront would load what only the desk needs.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

const dist = new URL("../dist", import.meta.url).pathname;
const read = (name) => JSON.parse(readFileSync(join(dist, ".vite", name), "utf8"));
const shop = read("shop.json");
const desk = read("desk.json");
const KB = 1024;

/** Gzipped kB of what an entry loads at once, together with these lazily loaded parts. */
function weigh(manifest, entry, lazy) {
  const seen = new Set();
  const css = new Set();
  const visit = (key) => {
    if (seen.has(key)) return;
    seen.add(key);
    const chunk = manifest[key];
    if (!chunk) throw new Error(`the manifest has no ${key}`);
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
  ["event page", shop, "index.html", ["src/storefront/event/EventPage.tsx"], 90, 9],
  ["home", shop, "index.html", ["src/storefront/discover/HomePage.tsx"], 90, 9],
  ["checkout", shop, "index.html", ["src/storefront/checkout/PaymentPage.tsx"], 120, 9],
  ["order", shop, "index.html", ["src/storefront/order/OrderPage.tsx"], 90, 9],
  ["organizer shell", desk, "organizer/index.html", [], 150, 9],
  ["scanner shell", shop, "scan/index.html", [], 60, 9],
];

let failed = false;
for (const [name, manifest, entry, lazy, maxJs, maxCss] of BUDGETS) {
  const { js, css } = weigh(manifest, entry, lazy);
  const over = js > maxJs || css > maxCss;
  failed ||= over;
  const line = `JS ${js.toFixed(1)} of ${maxJs} kB, CSS ${css.toFixed(1)} of ${maxCss} kB`;
  console.log(`${over ? "OVER " : "ok   "}${name}: ${line}`);
}

/** The widget is a guest on other people's pages. */
const WIDGET_KB = 30;
const widgetText = readFileSync(join(dist, "widget.js"));
const widget = gzipSync(widgetText, { level: 9 }).length / KB;
const isWidgetOver = widget > WIDGET_KB;
failed ||= isWidgetOver;
console.log(
  `${isWidgetOver ? "OVER " : "ok   "}widget: JS ${widget.toFixed(1)} of ${WIDGET_KB} kB`,
);
if (/\bimport\s*[{("']/.test(widgetText.toString())) {
  console.error("OVER widget.js asks for other files: pages of others would need them too");
  failed = true;
}

/** No chunk that a buyer can load may hold one of these. */
const BANNED = /react-aria|react-dom|recharts|@react-stately|@internationalized/;
const reachable = new Set();
const walk = (key) => {
  if (reachable.has(key)) return;
  reachable.add(key);
  const chunk = shop[key];
  for (const next of [...(chunk.imports ?? []), ...(chunk.dynamicImports ?? [])]) walk(next);
};
walk("index.html");
for (const key of reachable) {
  const text = readFileSync(join(dist, shop[key].file), "utf8");
  if (BANNED.test(key) || /react-aria-|recharts-/.test(text)) {
    console.error(`OVER storefront loads ${key}, which holds desk code`);
    failed = true;
  }
}
process.exitCode = failed ? 1 : 0;
