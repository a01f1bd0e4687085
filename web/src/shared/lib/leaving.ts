// Whoever logs out leaves nothing of theirs in the browser: neither in this tab nor in another.
import { LEFT } from "./left";
import { deviceStore, tabStore } from "./storage";

/** How the device looks and speaks is nobody's secret. Whether a session may be there is not ours to say. */
const KEPT = ["fh-theme", "fh-language", "fh-session", LEFT];

/** Drops all that this browser keeps of a person. */
export function leaveNothing(): void {
  for (const store of [deviceStore, tabStore]) {
    const ours = store.keys().filter((key) => key.startsWith("fh-"));
    ours.filter((key) => !KEPT.includes(key)).forEach(store.remove);
  }
}
