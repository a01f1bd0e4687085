// Reading one's own writes: questions wait for the last command of this tab.
import { tabStore } from "../lib/storage";

const KEY = "fh-position";
/** Long enough for any projection; a position from before a reset of the server must not haunt the tab. */
const KEPT_MS = 30_000;

/** Remembers where in the log a command ended. */
export function rememberPosition(position: string | null): void {
  if (position && /^\d+:\d+$/.test(position)) tabStore.set(KEY, `${Date.now()} ${position}`);
}

/** What questions are to wait for, if anything. */
export function awaitedPosition(): string | null {
  const [at, position] = (tabStore.get(KEY) ?? "").split(" ");
  const age = Date.now() - Number(at);
  return position && age >= 0 && age < KEPT_MS ? position : null;
}
