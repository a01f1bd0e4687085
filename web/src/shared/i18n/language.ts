// Which languages there are, and which one this reader wants.
import { deviceStore } from "../lib/storage";

export const LANGUAGES = { en: "English", de: "Deutsch" } as const;
export type Language = keyof typeof LANGUAGES;

const KEY = "fh-language";
const RIGHT_TO_LEFT = new Set(["ar", "fa", "he", "ur"]);

function isLanguage(value: string): value is Language {
  return value in LANGUAGES;
}

/** The chosen language, else the browser's, else English. */
export function preferredLanguage(): Language {
  const chosen = deviceStore.get(KEY);
  if (chosen && isLanguage(chosen)) return chosen;
  const wanted = navigator.languages.map((tag) => tag.split("-")[0] ?? "");
  return wanted.find(isLanguage) ?? "en";
}

export function rememberLanguage(language: Language): void {
  deviceStore.set(KEY, language);
}

/** How dates and numbers are written: the browser's own region of the language, if it names one. */
export function localeOf(language: Language): string {
  const own = navigator.languages.find((tag) => tag.toLowerCase().startsWith(`${language}-`));
  return own ?? { en: "en-GB", de: "de-DE" }[language];
}

export function directionOf(language: string): "ltr" | "rtl" {
  return RIGHT_TO_LEFT.has(language) ? "rtl" : "ltr";
}
