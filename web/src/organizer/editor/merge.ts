// Two people edited the same event: what only one of them touched is taken, the rest has to be decided.
import { FIELDS, type Field, type Form, isFieldSame, PARTS } from "./form";

export interface Merged {
  readonly form: Form;
  /** Both changed these, to different values; the form keeps what was typed here. */
  readonly conflicts: readonly Field[];
}

export function merge(base: Form, mine: Form, theirs: Form): Merged {
  const conflicts: Field[] = [];
  let form = mine;
  for (const field of FIELDS) {
    if (isFieldSame(field, mine, theirs)) continue;
    if (isFieldSame(field, mine, base)) form = take(field, form, theirs);
    else if (!isFieldSame(field, theirs, base)) conflicts.push(field);
  }
  return { form, conflicts };
}

/** The form with one field as in `from`. */
export function take(field: Field, form: Form, from: Form): Form {
  const values = PARTS[field].map((part) => [part, from[part]]);
  return { ...form, ...Object.fromEntries(values) };
}
