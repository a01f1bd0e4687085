// Gives the page its language, and loads the words of another one when it is chosen.
import { type ReactNode, useEffect, useMemo, useState } from "react";
import { I18nContext } from "./context";
import {
  directionOf,
  type Language,
  localeOf,
  onLanguageChosenElsewhere,
  rememberLanguage,
} from "./language";
import type { Catalogue } from "./message";

interface Props {
  readonly initial: { readonly language: Language; readonly catalogue: Catalogue };
  readonly load: (language: Language) => Promise<Catalogue>;
  readonly children: ReactNode;
}

export function I18nProvider({ initial, load, children }: Props) {
  const [{ language, catalogue }, setWords] = useState(initial);

  useEffect(() => {
    document.documentElement.lang = language;
    document.documentElement.dir = directionOf(language);
  }, [language]);

  useEffect(
    () =>
      onLanguageChosenElsewhere(async (next) => {
        setWords({ language: next, catalogue: await load(next) });
      }),
    [load],
  );

  const value = useMemo(
    () => ({
      language,
      locale: localeOf(language),
      catalogue,
      setLanguage: async (next: Language) => {
        const words = await load(next);
        rememberLanguage(next);
        setWords({ language: next, catalogue: words });
      },
    }),
    [language, catalogue, load],
  );
  return <I18nContext value={value}>{children}</I18nContext>;
}
