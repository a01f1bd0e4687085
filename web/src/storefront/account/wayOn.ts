// Where somebody was going who made an account first: the mail with the link comes in between.
import { deviceStore } from "../../shared/lib/storage";
import { safeTarget } from "./leaveTo";

const KEY = "fh-way-on";

/** Remembers the way on in this browser, or that there is none. */
export function keepWayOn(next: string | undefined): void {
  if (next) deviceStore.set(KEY, next);
  else deviceStore.remove(KEY);
}

/** The way on, once; the account's page where nothing is known of one. */
export function takeWayOn(): string {
  const kept = deviceStore.get(KEY) ?? undefined;
  deviceStore.remove(KEY);
  return safeTarget(kept);
}
