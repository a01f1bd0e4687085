// Everything, or some things only: what a new key may do.
import { useT } from "../i18n/useT";
import { SCOPES, type Scope } from "./scopes";

interface Props {
  /** Absent: everything that is open to keys. */
  readonly scopes: readonly Scope[] | null;
  readonly error: string | undefined;
  readonly onChange: (scopes: readonly Scope[] | null) => void;
}

const CHOICE = "flex min-h-11 items-center gap-3 rounded-sm px-1";

export function ScopeFields({ scopes, error, onChange }: Props) {
  const t = useT();
  const toggle = (scope: Scope) => {
    const chosen = scopes ?? [];
    onChange(chosen.includes(scope) ? chosen.filter((one) => one !== scope) : [...chosen, scope]);
  };
  return (
    <fieldset
      className="flex flex-col gap-1"
      aria-describedby={error ? "scopes-error" : undefined}
      aria-invalid={error ? true : undefined}
    >
      <legend className="mb-1 font-semibold">{t("keys.scopes")}</legend>
      <label className={CHOICE}>
        <input
          type="radio"
          name="scopes"
          className="size-5 shrink-0 accent-primary"
          checked={scopes === null}
          onChange={() => onChange(null)}
        />
        {t("keys.scopes.all")}
      </label>
      <label className={CHOICE}>
        <input
          type="radio"
          name="scopes"
          className="size-5 shrink-0 accent-primary"
          checked={scopes !== null}
          onChange={() => onChange([])}
        />
        {t("keys.scopes.some")}
      </label>
      {scopes !== null && (
        <div className="ms-8 grid gap-x-4 sm:grid-cols-2">
          {SCOPES.map((scope) => (
            <label key={scope} className={CHOICE}>
              <input
                type="checkbox"
                className="size-5 shrink-0 accent-primary"
                checked={scopes.includes(scope)}
                onChange={() => toggle(scope)}
              />
              {t(`keys.scope.${scope}`)}
            </label>
          ))}
        </div>
      )}
      {error && (
        <p id="scopes-error" className="text-sm font-medium text-danger">
          {error}
        </p>
      )}
    </fieldset>
  );
}
