// Which organisation the desk works for: the chosen one, kept on this device.
import { useSyncExternalStore } from "react";
import type { Account } from "../../shared/account/account";
import { deviceStore } from "../../shared/lib/storage";

const KEY = "fh-organization";
const listeners = new Set<() => void>();

export function chooseOrganization(organizationId: string): void {
  deviceStore.set(KEY, organizationId);
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The chosen organisation if the account belongs to it, else its first. */
export function organizationOf(account: Account, chosen: string | null): string | null {
  const own = account.memberships.map((one) => one.organization_id);
  if (chosen && (own.includes(chosen) || account.platform_admin)) return chosen;
  return own[0] ?? null;
}

export function useChosenOrganization(account: Account): string | null {
  const chosen = useSyncExternalStore(subscribe, () => deviceStore.get(KEY));
  return organizationOf(account, chosen);
}
