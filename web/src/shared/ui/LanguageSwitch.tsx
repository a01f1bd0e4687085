// The language of the page; each language is named in its own words.
import { useId } from "react";
import { useKeptLanguage } from "../account/useKeptLanguage";
import { useI18n } from "../i18n/context";
import { LANGUAGES, type Language } from "../i18n/language";
import { useT } from "../i18n/useT";

export function LanguageSwitch() {
  const t = useT();
  const id = useId();
  const { language, setLanguage } = useI18n();
  const keepLanguage = useKeptLanguage();
  const choose = (chosen: Language) => {
    void setLanguage(chosen);
    keepLanguage(chosen);
  };
  return (
    <div className="flex items-center gap-2">
      <label htmlFor={id} className="text-sm text-muted">
        {t("language.label")}
      </label>
      <select
        id={id}
        className="control w-auto py-1 text-sm"
        value={language}
        onChange={(event) => choose(event.target.value as Language)}
      >
        {Object.entries(LANGUAGES).map(([code, name]) => (
          <option key={code} value={code} lang={code}>
            {name}
          </option>
        ))}
      </select>
    </div>
  );
}
