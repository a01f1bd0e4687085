// What components know about language.
import { createContext, useContext } from "react";
import type { Language } from "./language";
import { type Catalogue, render, type Translate } from "./message";

export interface I18n {
  readonly language: Language;
  /** For Intl: the language with the reader's region. */
  readonly locale: string;
  readonly catalogue: Catalogue;
  readonly setLanguage: (language: Language) => Promise<void>;
}

export const I18nContext = createContext<I18n | null>(null);

export function useI18n(): I18n {
  const i18n = useContext(I18nContext);
  if (!i18n) throw new Error("useI18n outside of I18nProvider");
  return i18n;
}

/** Makes the `useT` of an entry: `const useT = translator<typeof en>()`. */
export function translator<C extends Catalogue>(): () => Translate<C> {
  return () => {
    const { language, locale, catalogue } = useI18n();
    return (key, ...values) => render(catalogue[key] ?? key, language, locale, values[0]);
  };
}
