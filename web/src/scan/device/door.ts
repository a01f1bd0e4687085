// How this device stands: asked every few seconds, remembered in between.
import { useSyncExternalStore } from "react";
import { isProblem } from "../../shared/api/problem";
import { serverNow } from "../../shared/lib/clock";
import { askDevice, askDoor } from "./api";
import { type DeviceView, type DoorView, forgetKept, type Kept, keep, readKept } from "./storage";

/** `none`: never enrolled. `unknown`: the server doesn't know it. `closed`: the browser keeps nothing here. */
export type Standing =
  | "asking"
  | "none"
  | "active"
  | "revoked"
  | "over"
  | "suspended"
  | "unknown"
  | "closed";

export interface Door {
  readonly standing: Standing;
  readonly device: DeviceView | null;
  readonly event: DoorView | null;
  /** When the server last answered, by its clock. */
  readonly heardAt: number | null;
  readonly isReachable: boolean;
}

const EVERY_MS = 3_000;
/** The event changes rarely. */
const EVENT_EVERY_MS = 60_000;

const STANDINGS: Record<string, Standing> = {
  "device-revoked": "revoked",
  "lease-over": "over",
  "organization-suspended": "suspended",
  "invalid-credentials": "unknown",
};

let door: Door = {
  standing: "asking",
  device: null,
  event: null,
  heardAt: null,
  isReachable: true,
};
let eventAskedAt = 0;
const listeners = new Set<() => void>();

function change(changes: Partial<Door>): void {
  door = { ...door, ...changes };
  for (const listener of listeners) listener();
}

export function useDoor(): Door {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => door,
  );
}

/** Asks how this device stands, now. */
export async function refresh(): Promise<void> {
  const kept = await readKept().catch(() => undefined);
  if (!kept) {
    const standing = kept === undefined ? "closed" : "none";
    change({ standing, device: null, event: null });
    return;
  }
  if (door.device === null && kept.device) {
    change({ standing: "active", device: kept.device, event: kept.door });
  }
  try {
    await hear(kept);
  } catch (error) {
    refused(error);
  }
}

async function hear(kept: Kept): Promise<void> {
  const device = await askDevice(kept);
  const isDue = door.event === null || performance.now() - eventAskedAt > EVENT_EVERY_MS;
  const event = isDue ? await askDoor(kept) : door.event;
  if (isDue) {
    eventAskedAt = performance.now();
    await keep({ ...kept, device, door: event });
  }
  change({ standing: "active", device, event, heardAt: serverNow(), isReachable: true });
}

function refused(error: unknown): void {
  const standing = isProblem(error) ? STANDINGS[error.code] : undefined;
  // What can't be read is as good as no answer.
  change(standing ? { standing, heardAt: serverNow(), isReachable: true } : { isReachable: false });
}

/** Goes on asking while the page is open. */
export function watch(): () => void {
  let isOver = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const turn = async () => {
    clearTimeout(timer);
    await refresh();
    if (!isOver) timer = setTimeout(() => void turn(), EVERY_MS);
  };
  const now = () => void turn();
  window.addEventListener("online", now);
  window.addEventListener("offline", now);
  now();
  return () => {
    isOver = true;
    clearTimeout(timer);
    window.removeEventListener("online", now);
    window.removeEventListener("offline", now);
  };
}

/** Forgets the enrolment; the key goes with it. */
export async function forget(): Promise<void> {
  await forgetKept();
  change({ standing: "none", device: null, event: null, heardAt: null });
}

/** After an enrolment: what was known of an earlier one is not about this one. */
export async function begin(): Promise<void> {
  eventAskedAt = 0;
  change({ standing: "asking", device: null, event: null, heardAt: null, isReachable: true });
  await refresh();
}
