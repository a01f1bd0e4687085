// What this device keeps: its key, which scripts can use and not read, and what it last heard.
import type { Schemas } from "../../shared/api/client";

export type DeviceView = Schemas["DeviceView"];
export type DoorView = Schemas["DoorView"];

/** A device that was enrolled here. */
export interface Kept {
  readonly deviceId: string;
  readonly eventId: string;
  readonly key: CryptoKeyPair;
  /** As last heard. */
  readonly device: DeviceView | null;
  readonly door: DoorView | null;
}

const NAME = "fullhouse-door";
const STORE = "device";
const CURRENT = "current";
/** The key of an enrolment whose answer hasn't come yet. */
const PENDING = "pending";

function open(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

async function run<T>(
  mode: IDBTransactionMode,
  action: (store: IDBObjectStore) => IDBRequest<T>,
): Promise<T> {
  const database = await open();
  try {
    return await new Promise((resolve, reject) => {
      const transaction = database.transaction(STORE, mode);
      const request = action(transaction.objectStore(STORE));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onabort = () => reject(transaction.error);
    });
  } finally {
    database.close();
  }
}

export async function readKept(): Promise<Kept | null> {
  return (await run("readonly", (store) => store.get(CURRENT))) ?? null;
}

export async function keep(kept: Kept): Promise<void> {
  await run("readwrite", (store) => store.put(kept, CURRENT));
}

export async function forgetKept(): Promise<void> {
  await run("readwrite", (store) => store.delete(CURRENT));
}

export async function readPending(): Promise<CryptoKeyPair | null> {
  return (await run("readonly", (store) => store.get(PENDING))) ?? null;
}

export async function keepPending(key: CryptoKeyPair): Promise<void> {
  await run("readwrite", (store) => store.put(key, PENDING));
}

export async function forgetPending(): Promise<void> {
  await run("readwrite", (store) => store.delete(PENDING));
}
