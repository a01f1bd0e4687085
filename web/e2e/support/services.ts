// The programs behind the page, which the launcher starts again when they end.
import { readFileSync } from "node:fs";

/** The process that started everything, if tests may end what it started. */
export const LAUNCHER = process.env.FULLHOUSE_LAUNCHER ?? "";
/** The system keeps so much of a name. */
const LONGEST_NAME = 15;

export type Program = "command-service" | "projection-service" | "gateway";

/** Ends a program at once, as a crash would. */
export function crash(program: Program): void {
  const children = readFileSync(`/proc/${LAUNCHER}/task/${LAUNCHER}/children`, "utf8");
  const pids = children.trim().split(" ").map(Number);
  const name = program.slice(0, LONGEST_NAME);
  const found = pids.filter((pid) => readFileSync(`/proc/${pid}/comm`, "utf8").trim() === name);
  if (found.length !== 1) throw new Error(`${found.length} of ${program} run`);
  process.kill(found[0] as number, "SIGKILL");
}
