// Which languages there are, and which one this reader wants.
import { deviceStore } from "../lib/storage";

export const LANGUAGES = { en: "English", de: "Deutsch" } as const;
/** Nobody's language: longer words, written from right to left, to see what a layout makes of them. */
export const PSEUDO = "qps";
export type Language = keyof typeof LANGUAGES | typeof PSEUDO;

const KEY = "fh-language";
const RIGHT_TO_LEFT = new Set(["ar", "fa", "he", "ur", PSEUDO]);

function isLanguage(value: string): value is Language {
  return Object.hasOwn(LANGUAGES, value) || value === PSEUDO;
}

/** The chosen language, else the browser's, else English. */
export function preferredLanguage(): Language {
  const chosen = deviceStore.get(KEY);
  if (chosen && isLanguage(chosen)) return chosen;
  const wanted = navigator.languages.map((tag) => tag.split("-")[0] ?? "");
  return wanted.find(isLanguage) ?? "en";
}

/** Tells when another tab has chosen another language; answers how to stop. */
export function onLanguageChosenElsewhere(tell: (language: Language) => void): () => void {
  const listen = ({ key }: StorageEvent) => {
    if (key === KEY) tell(preferredLanguage());
  };
  window.addEventListener("storage", listen);
  return () => window.removeEventListener("storage", listen);
}

export function rememberLanguage(language: Language): void {
  deviceStore.set(KEY, language);
}

/** How dates and numbers are written: the browser's own region of the language, if it names one. */
export function localeOf(language: Language): string {
  const own = navigator.languages.find((tag) => tag.toLowerCase().startsWith(`${language}-`));
  return own ?? { en: "en-GB", de: "de-DE", [PSEUDO]: "he-IL" }[language];
}

export function directionOf(language: string): "ltr" | "rtl" {
  return RIGHT_TO_LEFT.has(language) ? "rtl" : "ltr";
}
