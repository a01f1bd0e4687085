// A labelled text of several lines.
import type { ComponentProps, ReactNode } from "react";
import { cx } from "../../shared/lib/cx";
import { Field } from "../../shared/ui/Field";

interface Props extends ComponentProps<"textarea"> {
  readonly label: ReactNode;
  readonly hint?: ReactNode;
  readonly error?: string | undefined;
  readonly isOptional?: boolean;
}

export function TextArea({ label, hint, error, isOptional, id, className, ...area }: Props) {
  return (
    <Field
      label={label}
      hint={hint}
      error={error}
      {...(isOptional && { isOptional })}
      {...(id && { id })}
    >
      {(control) => <textarea {...area} {...control} className={cx("control", className)} />}
    </Field>
  );
}
