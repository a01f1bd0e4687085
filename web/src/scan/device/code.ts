// The code of an invitation, from the link that was opened. It stays in the tab until it is used.
import { takeFromFragment } from "../../shared/lib/fragment";
import { tabStore } from "../../shared/lib/storage";

const KEY = "fh-door-code";

export function takeCode(): string | null {
  const code = takeFromFragment("code");
  if (code) tabStore.set(KEY, code);
  return tabStore.get(KEY);
}

export function dropCode(): void {
  tabStore.remove(KEY);
}
