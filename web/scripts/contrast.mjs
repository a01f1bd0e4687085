// Computes the contrast of every pair of colours that appear together, from the token file.
import { readFileSync } from "node:fs";

const css = readFileSync(new URL("../src/shared/styles/tokens.css", import.meta.url), "utf8");
const tokens = new Map();
for (const [, name, light, dark] of css.matchAll(
  /--c-([\w-]+):\s*light-dark\((#[0-9a-f]{6}),\s*(#[0-9a-f]{6})\)/g,
)) {
  tokens.set(name, [light, dark]);
}

const channel = (value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
function luminance(hex) {
  const [r, g, b] = [1, 3, 5].map((at) =>
    channel(Number.parseInt(hex.slice(at, at + 2), 16) / 255),
  );
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
function ratio(one, other) {
  const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

const TEXT = 4.5;
const PART = 3;
const PAIRS = [
  ...["bg", "surface", "surface-2", "raised"].flatMap((ground) => [
    ["text", ground, TEXT],
    ["muted", ground, TEXT],
    ["primary", ground, TEXT],
    ["danger", ground, TEXT],
  ]),
  ["success", "raised", TEXT],
  ["warn", "raised", TEXT],
  ["success", "success-bg", TEXT],
  ["warn", "warn-bg", TEXT],
  ["danger", "danger-bg", TEXT],
  ["primary", "info-bg", TEXT],
  ["text", "info-bg", TEXT],
  ["on-primary", "primary", TEXT],
  ["on-primary", "primary-hover", TEXT],
  ["on-danger", "danger-solid", TEXT],
  ["border-strong", "bg", PART],
  ["border-strong", "raised", PART],
  ["focus", "bg", PART],
  ["focus", "raised", PART],
];

let failed = false;
for (const [over, under, least] of PAIRS) {
  for (const [at, theme] of ["light", "dark"].entries()) {
    const pair = [over, under].map((name) => tokens.get(name)?.[at]);
    const value = pair[0] && pair[1] ? ratio(pair[0], pair[1]) : 0;
    if (value < least) {
      console.error(`${theme}: ${over} on ${under} is ${value.toFixed(2)}, needs ${least}`);
      failed = true;
    }
  }
}
if (!failed) console.log(`contrast: ${PAIRS.length * 2} pairs are fine`);
process.exitCode = failed ? 1 : 0;
