// A labelled native select: it works with every screen reader and every phone.
import type { ComponentProps, ReactNode } from "react";
import { cx } from "../lib/cx";
import { Field } from "./Field";

interface Props extends ComponentProps<"select"> {
  readonly label: ReactNode;
  readonly hint?: ReactNode;
  readonly error?: string | undefined;
  readonly isOptional?: boolean;
  readonly fieldClassName?: string;
}

export function SelectField({
  label,
  hint,
  error,
  isOptional,
  id,
  className,
  fieldClassName,
  ...select
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
      {(control) => <select {...select} {...control} className={cx("control pe-8", className)} />}
    </Field>
  );
}
