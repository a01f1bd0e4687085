// Formatters of dates, numbers and plurals. Making one takes a phone a millisecond or more, and a page writes the same
// few kinds of text again and again: each is made once.

const made = new Map<string, unknown>();

/** How dates are written. Throws a RangeError for an unknown zone. */
export function dateFormat(
  locale: string,
  options: Intl.DateTimeFormatOptions,
): Intl.DateTimeFormat {
  const key = `date ${locale} ${JSON.stringify(options)}`;
  return once(key, () => new Intl.DateTimeFormat(locale, options));
}

/** How numbers are written. */
export function numberFormat(
  locale: string,
  options: Intl.NumberFormatOptions = {},
): Intl.NumberFormat {
  const key = `number ${locale} ${JSON.stringify(options)}`;
  return once(key, () => new Intl.NumberFormat(locale, options));
}

/** Which form of a word goes with a number. */
export function pluralRules(language: string): Intl.PluralRules {
  return once(`plural ${language}`, () => new Intl.PluralRules(language));
}

function once<T>(key: string, make: () => T): T {
  const before = made.get(key);
  if (before !== undefined) return before as T;
  const format = make();
  made.set(key, format);
  return format;
}
