// A labelled text input.
import type { ComponentProps, ReactNode } from "react";
import { cx } from "../lib/cx";
import { Field } from "./Field";

interface Props extends ComponentProps<"input"> {
  readonly label: ReactNode;
  readonly hint?: ReactNode;
  readonly error?: string | undefined;
  readonly isOptional?: boolean;
  readonly fieldClassName?: string;
}

export function TextField({
  label,
  hint,
  error,
  isOptional,
  id,
  className,
  fieldClassName,
  ...input
}: Props) {
  return (
    <Field
      label={label}
      hint={hint}
      error={error}
      {...(isOptional && { isOptional })}
      {...(id && { id })}
      {...(fieldClassName && { className: fieldClassName })}
    >
      {(control) => <input {...input} {...control} className={cx("control", className)} />}
    </Field>
  );
}
