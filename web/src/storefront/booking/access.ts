// The access tokens of holds and orders that this browser made or was given by link.
import { takeFromFragment } from "../../shared/lib/fragment";
import { deviceStore } from "../../shared/lib/storage";

const keyOf = (id: string) => `fh-access:${id}`;

/** The token of a reservation and of the order it becomes. */
export function accessToken(id: string): string | null {
  return deviceStore.get(keyOf(id));
}

export function rememberAccess(id: string, token: string): void {
  deviceStore.set(keyOf(id), token);
}

export function forgetAccess(id: string): void {
  deviceStore.remove(keyOf(id));
}

/** Takes the token out of the address if it stands there: links carry it in the fragment. */
export function adoptAccess(id: string): string | null {
  const given = takeFromFragment("access_token");
  if (given?.startsWith("fha_")) rememberAccess(id, given);
  return accessToken(id);
}

/** A link that opens the same thing elsewhere. */
export function linkWithAccess(path: string, token: string): string {
  return new URL(`${path}#access_token=${encodeURIComponent(token)}`, window.location.origin).href;
}
