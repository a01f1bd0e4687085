// What this browser holds and has bought, so that it can be found again without an account.
import { useSyncExternalStore } from "react";
import { deviceStore, readJson } from "../../shared/lib/storage";

export interface Remembered {
  readonly id: string;
  readonly eventId: string;
  readonly isOrder: boolean;
  /** The end of a hold. */
  readonly expiresAt: string;
}

const KEY = "fh-bookings";
const MOST = 50;
const listeners = new Set<() => void>();
let cached: { readonly text: string | null; readonly list: readonly Remembered[] } | null = null;

function isList(value: unknown): value is Remembered[] {
  return (
    Array.isArray(value) &&
    value.every((one) => typeof one?.id === "string" && typeof one?.eventId === "string")
  );
}

/** The newest first. */
export function remembered(): readonly Remembered[] {
  const text = deviceStore.get(KEY);
  if (!cached || cached.text !== text) {
    cached = { text, list: readJson(deviceStore, KEY, isList) ?? [] };
  }
  return cached.list;
}

export function rememberBooking(booking: Remembered): void {
  const others = remembered().filter(({ id }) => id !== booking.id);
  write([booking, ...others].slice(0, MOST));
}

export function forgetBooking(id: string): void {
  write(remembered().filter((one) => one.id !== id));
}

function write(list: readonly Remembered[]): void {
  deviceStore.set(KEY, JSON.stringify(list));
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  window.addEventListener("storage", listener);
  return () => {
    listeners.delete(listener);
    window.removeEventListener("storage", listener);
  };
}

/** Follows changes in this tab and in others. */
export function useRemembered(): readonly Remembered[] {
  return useSyncExternalStore(subscribe, remembered);
}
