// The words of the widget. Another language is another entry; a missing word doesn't compile.
import { type Message, render } from "../shared/i18n/message";

const en = {
  loading: "Loading tickets…",
  failed: "Tickets can’t be loaded right now.",
  retry: "Try again",
  missing: "There is no such event.",
  tickets: "Tickets",
  available: "Available",
  few: { one: "Only {count} left", other: "Only {count} left" },
  soldout: "Sold out",
  held: "All held by others right now",
  opens: "On sale from {time}",
  closed: "Sale ended",
  free: "Free",
  own: "{min} to {max}, as you like",
  count: "{type}: how many",
  cancelled: "This event was cancelled.",
  over: "This event is over.",
  ended: "The sale has ended.",
  suspended: "Nothing is sold for this event at the moment.",
  allSoldOut: "Sold out",
  allSoldOutHint: "Tickets that others give back show up here.",
  soon: "Not on sale yet",
  soonIn: "The sale starts in {time}.",
  soonAt: "The sale starts on {time}.",
  stale: "The connection was lost; figures may be old.",
  choose: "Choose tickets",
  get: { one: "Get {count} ticket · {total}", other: "Get {count} tickets · {total}" },
  view: "See the event",
  nowSoldOut: "{type} is sold out.",
  backAgain: "{type} is available again.",
  by: "Tickets by Fullhouse",
} as const satisfies Readonly<Record<string, Message>>;

export type Word = keyof typeof en;
type Words = { readonly [Name in Word]: Message };

const de: Words = {
  loading: "Karten werden geladen …",
  failed: "Die Karten lassen sich gerade nicht laden.",
  retry: "Noch einmal versuchen",
  missing: "Diese Veranstaltung gibt es nicht.",
  tickets: "Karten",
  available: "Verfügbar",
  few: { one: "Nur noch {count}", other: "Nur noch {count}" },
  soldout: "Ausverkauft",
  held: "Gerade alle bei anderen reserviert",
  opens: "Im Verkauf ab {time}",
  closed: "Verkauf beendet",
  free: "Kostenlos",
  own: "{min} bis {max}, frei wählbar",
  count: "{type}: Anzahl",
  cancelled: "Diese Veranstaltung wurde abgesagt.",
  over: "Diese Veranstaltung ist vorbei.",
  ended: "Der Verkauf ist beendet.",
  suspended: "Für diese Veranstaltung wird zurzeit nichts verkauft.",
  allSoldOut: "Ausverkauft",
  allSoldOutHint: "Karten, die andere zurückgeben, erscheinen hier.",
  soon: "Noch nicht im Verkauf",
  soonIn: "Der Verkauf beginnt in {time}.",
  soonAt: "Der Verkauf beginnt am {time}.",
  stale: "Die Verbindung ist unterbrochen; die Zahlen können veraltet sein.",
  choose: "Karten wählen",
  get: { one: "{count} Karte holen · {total}", other: "{count} Karten holen · {total}" },
  view: "Zur Veranstaltung",
  nowSoldOut: "{type} ist ausverkauft.",
  backAgain: "{type} ist wieder verfügbar.",
  by: "Karten von Fullhouse",
};

const LANGUAGES: Readonly<Record<string, Words>> = { en, de };

/** Words in one language, numbers and times as its reader writes them. */
export interface Voice {
  readonly language: string;
  readonly locale: string;
  readonly say: (word: Word, values?: Readonly<Record<string, string | number>>) => string;
}

/** The first of these tags whose words are known; English otherwise. */
export function voiceFor(tags: readonly string[]): Voice {
  const base = (tag: string) => tag.toLowerCase().split("-")[0] ?? "";
  const known = tags.filter(isTag).find((tag) => Object.hasOwn(LANGUAGES, base(tag)));
  const language = known ? base(known) : "en";
  const locale = known ?? "en-GB";
  const words = LANGUAGES[language] ?? en;
  return {
    language,
    locale,
    say: (word, values) => render(words[word], language, locale, values),
  };
}

function isTag(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag).length > 0;
  } catch {
    return false;
  }
}
