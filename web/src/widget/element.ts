// Makes elements without markup: works under any content security policy, and texts stay texts.

type Attributes = Readonly<Record<string, string | number | boolean>>;

/** An element with attributes (`true` is an empty one, `false` none) and children. */
export function make<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Attributes = {},
  ...children: readonly (Node | string | false | null)[]
): HTMLElementTagNameMap[Name] {
  const element = document.createElement(name);
  for (const [attribute, value] of Object.entries(attributes)) {
    if (value !== false) element.setAttribute(attribute, value === true ? "" : String(value));
  }
  element.append(...children.filter((child) => child !== false && child !== null));
  return element;
}
