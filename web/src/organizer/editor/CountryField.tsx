// The country of a venue, by its name.
import { useMemo } from "react";
import { useI18n } from "../../shared/i18n/context";
import { SelectField } from "../../shared/ui/SelectField";
import { useT } from "../i18n/useT";
import { countries } from "./countries";

interface Props {
  readonly id: string;
  readonly value: string;
  readonly onChange: (change: { readonly target: { readonly value: string } }) => void;
  readonly error?: string | undefined;
  readonly disabled?: boolean;
}

export function CountryField(props: Props) {
  const t = useT();
  const { language } = useI18n();
  const options = useMemo(() => countries(language, props.value), [language, props.value]);
  return (
    <SelectField isOptional label={t("edit.country")} {...props}>
      <option value="">{t("edit.country.none")}</option>
      {options.map(({ code, name }) => (
        <option key={code} value={code}>
          {name}
        </option>
      ))}
    </SelectField>
  );
}
