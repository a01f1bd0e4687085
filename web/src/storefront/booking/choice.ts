// What was chosen for an event in this tab.
import { formatSelection, type Line, parseSelection } from "../../shared/catalogue/selection";
import { tabStore } from "../../shared/lib/storage";

const keyOf = (eventId: string) => `fh-choice:${eventId}`;

export function recallSelection(eventId: string): Line[] {
  return parseSelection(tabStore.get(keyOf(eventId)) ?? "");
}

export function rememberSelection(eventId: string, lines: readonly Line[]): void {
  if (lines.length > 0) tabStore.set(keyOf(eventId), formatSelection(lines));
  else tabStore.remove(keyOf(eventId));
}
