// Puts .br and .gz beside every text file of dist/, and lists all files with their hashes.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { extname, join, relative } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const dist = new URL("../dist", import.meta.url).pathname;
const TEXT = new Set([".html", ".js", ".css", ".svg", ".json", ".webmanifest", ".txt", ".wasm"]);
const SMALLEST = 512;

const files = readdirSync(dist, { recursive: true })
  .map((name) => join(dist, name))
  .filter((path) => statSync(path).isFile() && ![".br", ".gz"].includes(extname(path)));

const manifest = {};
for (const path of files) {
  const name = relative(dist, path);
  if (name.startsWith(".vite") || name === "files.json") continue;
  const raw = readFileSync(path);
  const entry = { bytes: raw.length, sha256: createHash("sha256").update(raw).digest("hex") };
  if (TEXT.has(extname(path)) && raw.length >= SMALLEST) {
    const br = brotliCompressSync(raw, {
      params: {
        [constants.BROTLI_PARAM_QUALITY]: 11,
        [constants.BROTLI_PARAM_SIZE_HINT]: raw.length,
      },
    });
    const gz = gzipSync(raw, { level: 9 });
    writeFileSync(`${path}.br`, br);
    writeFileSync(`${path}.gz`, gz);
    entry.br = br.length;
    entry.gz = gz.length;
  }
  manifest[name] = entry;
}
writeFileSync(join(dist, "files.json"), `${JSON.stringify(manifest, null, 1)}\n`);
