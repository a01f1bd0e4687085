// Writes src/shared/api/schema.d.ts from docs/openapi.json; with --check only says whether it is stale.
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const root = new URL("..", import.meta.url).pathname;
const tool = join(root, "tools/openapi");
const source = join(root, "../docs/openapi.json");
const target = join(root, "src/shared/api/schema.d.ts");

if (!existsSync(join(tool, "node_modules"))) {
  execFileSync("npm", ["ci", "--silent"], { cwd: tool, stdio: "inherit" });
}

function generate(file) {
  const generator = join(tool, "node_modules/openapi-typescript/bin/cli.js");
  execFileSync(process.execPath, [generator, source, "-o", file, "--immutable"], {
    cwd: tool,
    stdio: ["ignore", "ignore", "inherit"],
  });
}

if (process.argv.includes("--check")) {
  const folder = mkdtempSync(join(tmpdir(), "fullhouse-api-"));
  const fresh = join(folder, "schema.d.ts");
  try {
    generate(fresh);
    if (readFileSync(fresh, "utf8") !== readFileSync(target, "utf8")) {
      console.error("src/shared/api/schema.d.ts is stale: run `npm run api` and commit it.");
      process.exitCode = 1;
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
} else {
  generate(target);
}
