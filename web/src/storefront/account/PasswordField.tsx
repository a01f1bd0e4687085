// A password that can be shown, pasted, and filled in by password managers.
import { Eye, EyeOff } from "lucide-react";
import { useState } from "react";
import { Field } from "../../shared/ui/Field";
import { useT } from "../i18n/useT";

interface Props {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly isNew?: boolean;
  readonly error?: string | undefined;
  readonly id?: string;
}

const LONGEST = 128;

export function PasswordField({ label, value, onChange, isNew = false, error, id }: Props) {
  const t = useT();
  const [isShown, setIsShown] = useState(false);
  return (
    <Field label={label} error={error} hint={isNew && t("auth.password.hint")} {...(id && { id })}>
      {(control) => (
        <div className="relative">
          <input
            {...control}
            required
            type={isShown ? "text" : "password"}
            autoComplete={isNew ? "new-password" : "current-password"}
            maxLength={LONGEST}
            className="control pe-12"
            value={value}
            onChange={(event) => onChange(event.target.value)}
          />
          <button
            type="button"
            aria-label={t("auth.password.show")}
            aria-pressed={isShown}
            className="absolute end-0 top-0 grid size-11 place-items-center rounded-sm text-muted hover:text-text"
            onClick={() => setIsShown(!isShown)}
          >
            {isShown ? (
              <EyeOff size={18} aria-hidden="true" />
            ) : (
              <Eye size={18} aria-hidden="true" />
            )}
          </button>
        </div>
      )}
    </Field>
  );
}
