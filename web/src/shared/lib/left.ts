// Somebody has left: the pages in other tabs hear of it and begin anew.
import { deviceStore, tabStore } from "./storage";

/** Changes whenever somebody has left. */
export const LEFT = "fh-left";

let known: string | null;

/** Has the pages in other tabs begin anew: what they show goes as well. */
export function tellOtherTabs(): void {
  known = crypto.randomUUID();
  deviceStore.set(LEFT, known);
}

/** Begins anew if somebody left in another tab, also while this page slept in the history. */
export function followLeaving(reload = () => location.reload()): void {
  known = deviceStore.get(LEFT);
  const look = () => {
    if (known === deviceStore.get(LEFT)) return;
    known = deviceStore.get(LEFT);
    tabStore.keys().forEach(tabStore.remove);
    reload();
  };
  for (const news of ["storage", "pageshow"]) window.addEventListener(news, look);
}
