// The currency of an event, by code and name.
import { useMemo } from "react";
import { useI18n } from "../../shared/i18n/context";
import { SelectField } from "../../shared/ui/SelectField";
import { useT } from "../i18n/useT";

interface Props {
  readonly value: string;
  readonly onChange: (currency: string) => void;
  readonly error?: string | undefined;
  readonly isDisabled?: boolean;
}

export function CurrencyField({ value, onChange, error, isDisabled = false }: Props) {
  const t = useT();
  const { language } = useI18n();
  const options = useMemo(() => {
    const names = new Intl.DisplayNames(language, { type: "currency" });
    const codes = new Set([...Intl.supportedValuesOf("currency"), value]);
    return [...codes].map((code) => ({ code, name: names.of(code) ?? code }));
  }, [language, value]);
  return (
    <SelectField
      id="currency"
      label={t("edit.currency")}
      value={value}
      error={error}
      disabled={isDisabled}
      onChange={(event) => onChange(event.target.value)}
    >
      {options.map(({ code, name }) => (
        <option key={code} value={code}>
          {code} – {name}
        </option>
      ))}
    </SelectField>
  );
}
