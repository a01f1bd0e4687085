// What a recorded fact is called for people.
import type { Translate } from "../../shared/i18n/message";
import type { en } from "../i18n/en";
import { history } from "../i18n/words/history.en";

/** “Ticket issued” for `TicketIssued`; a kind without words of its own is shown as it is recorded. */
export function eventName(type: string, t: Translate<typeof en>): string {
  const name = type.split(".").at(-1) ?? type;
  const key = `fact.${name}`;
  return isKnown(key) ? t(key) : name;
}

function isKnown(key: string): key is keyof typeof history {
  return key in history;
}

/** To the second: much may happen in a minute. */
export function formatMoment(at: string, zone: string, locale: string): string {
  const options = { dateStyle: "medium", timeStyle: "medium", timeZone: zone } as const;
  return new Intl.DateTimeFormat(locale, options).format(new Date(at));
}

/** Who did it. Ids are shortened; the whole one is in the recorded data. */
export function actorName(actor: string, t: Translate<typeof en>): string {
  const [kind, id = ""] = actor.split(":");
  const short = id.slice(-8);
  switch (kind) {
    case "public":
    case "holder":
    case "admin":
    case "policy":
      return t(`history.actor.${kind}`);
    case "api_key":
    case "account":
      return t(`history.actor.${kind}`, { id: short });
    default:
      return actor;
  }
}
