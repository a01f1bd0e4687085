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

/**
 * What a browser needs a while for when it writes in a language for the first time, piece by piece: to be done before
 * the first page is drawn, with pauses between.
 */
export function preparations(language: string, locale: string): readonly (() => unknown)[] {
  const date = { day: "numeric", month: "long", weekday: "long", timeZone: "UTC" } as const;
  const time = { ...date, hour: "numeric", minute: "2-digit" } as const;
  return [
    () => dateFormat(locale, time).format(0),
    () => dateFormat("en-GB", time).format(0),
    () => numberFormat(locale, { style: "currency", currency: "EUR" }).format(0),
    () => numberFormat(locale).format(0),
    () => pluralRules(language).select(0),
  ];
}

function once<T>(key: string, make: () => T): T {
  const before = made.get(key);
  if (before !== undefined) return before as T;
  const format = make();
  made.set(key, format);
  return format;
}
