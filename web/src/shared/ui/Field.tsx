// A label, its control, what helps and what is wrong, wired for screen readers.
import { type ReactNode, useId } from "react";
import { useT } from "../i18n/useT";
import { cx } from "../lib/cx";

export interface ControlProps {
  readonly id: string;
  readonly "aria-describedby"?: string;
  readonly "aria-invalid"?: true;
}

interface Props {
  readonly label: ReactNode;
  readonly hint?: ReactNode;
  readonly error?: string | undefined;
  readonly isOptional?: boolean;
  /** A given id lets the error summary link to the control. */
  readonly id?: string;
  readonly className?: string;
  readonly children: (control: ControlProps) => ReactNode;
}

export function Field({ label, hint, error, isOptional, id, className, children }: Props) {
  const t = useT();
  const made = useId();
  const control = id ?? made;
  const described = [hint && `${control}-hint`, error && `${control}-error`].filter(Boolean);
  return (
    <div className={cx("flex flex-col gap-1.5", className)}>
      <label htmlFor={control} className="font-semibold">
        {label}
        {isOptional && <span className="font-normal text-muted"> ({t("form.optional")})</span>}
      </label>
      {children({
        id: control,
        ...(described.length > 0 && { "aria-describedby": described.join(" ") }),
        ...(error && { "aria-invalid": true }),
      })}
      {hint && (
        <p id={`${control}-hint`} className="text-sm text-muted">
          {hint}
        </p>
      )}
      {error && (
        <p id={`${control}-error`} className="text-sm font-medium text-danger">
          {error}
        </p>
      )}
    </div>
  );
}
