// Light or dark: as the device says, unless the reader chose.
import { deviceStore } from "../lib/storage";

export const THEMES = ["system", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];

const KEY = "fh-theme";

export function chosenTheme(): Theme {
  const kept = deviceStore.get(KEY);
  return THEMES.find((theme) => theme === kept) ?? "system";
}

/** Puts the choice on the document; called once before the first paint and at every change. */
export function applyTheme(theme: Theme): void {
  if (theme === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
}

export function chooseTheme(theme: Theme): void {
  deviceStore.set(KEY, theme);
  applyTheme(theme);
}
