// Light, dark, or as the device.
import { useId, useState } from "react";
import { useT } from "../i18n/useT";
import { chooseTheme, chosenTheme, THEMES, type Theme } from "./theme";

export function ThemeToggle() {
  const t = useT();
  const id = useId();
  const [theme, setTheme] = useState<Theme>(chosenTheme);
  return (
    <div className="flex items-center gap-2">
      <label htmlFor={id} className="text-sm text-muted">
        {t("theme.label")}
      </label>
      <select
        id={id}
        className="control w-auto py-1 text-sm"
        value={theme}
        onChange={(event) => {
          const next = THEMES.find((name) => name === event.target.value) ?? "system";
          setTheme(next);
          chooseTheme(next);
        }}
      >
        {THEMES.map((name) => (
          <option key={name} value={name}>
            {t(`theme.${name}`)}
          </option>
        ))}
      </select>
    </div>
  );
}
