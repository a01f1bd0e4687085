// Messages with holes and plurals, typed: a missing key or value is a compile error.
import { numberFormat, pluralRules } from "../lib/formatters";

/** A text with `{name}` holes, or one for each plural form of `{count}`. */
export type Message = string | { readonly one: string; readonly other: string };
export type Catalogue = Readonly<Record<string, Message>>;

type Holes<S extends string> = S extends `${string}{${infer Name}}${infer Rest}`
  ? Name | Holes<Rest>
  : never;

type Names<M> = M extends string
  ? Holes<M>
  : M extends { readonly one: infer One extends string; readonly other: infer Other extends string }
    ? Holes<One> | Holes<Other> | "count"
    : never;

/** What has to be given for a message: its holes, nothing more. */
export type Values<M> = [Names<M>] extends [never]
  ? []
  : [values: { readonly [Name in Names<M>]: Name extends "count" ? number : string | number }];

/** The same keys, in another language. */
export type Translation<C extends Catalogue> = {
  readonly [Key in keyof C]: C[Key] extends string
    ? string
    : { readonly one: string; readonly other: string };
};

export type Translate<C extends Catalogue> = <Key extends keyof C & string>(
  key: Key,
  ...values: Values<C[Key]>
) => string;

/** The text of a message in the words of `language` and the digits of `locale`. */
export function render(
  message: Message,
  language: string,
  locale: string,
  values: Readonly<Record<string, string | number>> = {},
): string {
  const count = values.count;
  const isOne = typeof count === "number" && pluralRules(language).select(count) === "one";
  const template = typeof message === "string" ? message : isOne ? message.one : message.other;
  return template.replace(/\{(\w+)\}/g, (hole, name: string) => {
    const value = values[name];
    if (value === undefined) return hole;
    return typeof value === "number" ? numberFormat(locale).format(value) : value;
  });
}
