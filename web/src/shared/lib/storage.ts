// Storage that never throws: where the browser refuses, values live as long as the page.

export interface Store {
  get(key: string): string | null;
  set(key: string, value: string): void;
  remove(key: string): void;
  keys(): readonly string[];
}

function store(open: () => Storage): Store {
  const memory = new Map<string, string>();
  const attempt = <T>(action: (storage: Storage) => T): T | undefined => {
    try {
      return action(open());
    } catch {
      return undefined;
    }
  };
  return {
    get: (key) => memory.get(key) ?? attempt((storage) => storage.getItem(key)) ?? null,
    set: (key, value) => {
      const isKept = attempt((storage) => {
        storage.setItem(key, value);
        return true;
      });
      if (isKept) memory.delete(key);
      else memory.set(key, value);
    },
    remove: (key) => {
      memory.delete(key);
      attempt((storage) => storage.removeItem(key));
    },
    keys: () => [...memory.keys(), ...(attempt(Object.keys) ?? [])],
  };
}

/** Until the tab is closed. */
export const tabStore = store(() => window.sessionStorage);
/** On this device. */
export const deviceStore = store(() => window.localStorage);

/** Reads JSON; whatever isn't the expected shape is as if it were not there. */
export function readJson<T>(from: Store, key: string, isExpected: (value: unknown) => value is T) {
  try {
    const value: unknown = JSON.parse(from.get(key) ?? "null");
    return isExpected(value) ? value : null;
  } catch {
    return null;
  }
}
