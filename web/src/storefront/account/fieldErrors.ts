// What the API says about fields of a form, in the reader's words.
import { isProblem } from "../../shared/api/problem";

/** The code of what is wrong with a field of the body, if something is. */
export function wrongField(error: unknown, field: string): string | undefined {
  if (!isProblem(error, "validation")) return undefined;
  return error.errors.find(({ pointer }) => pointer === `/${field}`)?.code;
}
