// German: list and frame of events, creating one, publishing, cancelling.
import type { Translation } from "../../../shared/i18n/message";
import type { events as en } from "./events.en";

export const events: Translation<typeof en> = {
  "events.title": "Veranstaltungen",
  "events.create": "Neue Veranstaltung",
  "events.empty.title": "Noch keine Veranstaltungen",
  "events.empty.text":
    "Legen Sie einen Entwurf an: Bis Sie ihn veröffentlichen, sehen nur Sie ihn.",
  "events.column.event": "Veranstaltung",
  "events.column.status": "Status",
  "events.column.when": "Wann",
  "events.column.sold": "Verkauft",
  "events.column.revenue": "Einnahmen",
  "events.soldOf": "{sold} von {capacity}",
  "events.noCapacity": "noch keine Kapazität",
  "status.DRAFT": "Entwurf",
  "status.PUBLISHED": "Im Verkauf",
  "status.CANCELLED": "Abgesagt",
  "status.COMPLETED": "Vorbei",
  "create.title": "Neue Veranstaltung",
  "create.text":
    "Das genügt für einen Entwurf. Alles Weitere kommt danach und lässt sich jederzeit ändern.",
  "create.action": "Entwurf anlegen",
  "event.nav": "Veranstaltung",
  "event.tab.sales": "Verkauf",
  "event.tab.edit": "Angaben",
  "event.tab.tickets": "Karten",
  "event.tab.orders": "Bestellungen",
  "event.tab.history": "Verlauf",
  "event.view": "Seite ansehen",
  "event.publish": "Veröffentlichen",
  "event.cancel": "Veranstaltung absagen",
  "event.complete": "Als vorbei markieren",
  "event.more": "Weitere Aktionen",
  "event.completed": "Die Veranstaltung ist als vorbei markiert.",
  "publish.title": "Veranstaltung veröffentlichen",
  "publish.checking": "Wir prüfen, was noch fehlt …",
  "publish.ready":
    "Alles ist bereit. Nach dem Veröffentlichen können alle die Veranstaltung finden und Karten kaufen.",
  "publish.blocked": {
    one: "Eines fehlt noch, bevor der Verkauf beginnen kann:",
    other: "{count} Dinge fehlen noch, bevor der Verkauf beginnen kann:",
  },
  "publish.unsaved":
    "Ihre letzten Änderungen werden noch gespeichert. Schließen Sie dies und versuchen Sie es gleich noch einmal.",
  "publish.fix": "Beheben",
  "publish.done": "Die Veranstaltung ist im Verkauf.",
  "publish.rule.capacity-not-set": "Legen Sie fest, wie viele Karten es insgesamt gibt",
  "publish.rule.no-ticket-type-enabled": "Fügen Sie eine Kartenart hinzu oder aktivieren Sie eine",
  "publish.rule.event-over":
    "Das Ende liegt in der Vergangenheit: Wählen Sie einen späteren Zeitpunkt",
  "publish.hint.title": "Schön zu haben, aber nicht nötig:",
  "publish.hint.image": "ein Bild",
  "publish.hint.venue": "ein Ort",
  "publish.hint.description": "eine Beschreibung",
  "cancel.title": "„{title}“ absagen?",
  "cancel.effect": "Was sofort geschieht:",
  "cancel.effect.sale": "Niemand kann mehr Karten kaufen; auf der Seite steht, dass abgesagt ist.",
  "cancel.effect.held": {
    one: "{count} Karte, die gerade gekauft wird, wird frei; nichts wird berechnet.",
    other: "{count} Karten, die gerade gekauft werden, werden frei; nichts wird berechnet.",
  },
  "cancel.effect.sold": {
    one: "{count} Karte ist schon verkauft. Sie steht unter „Bestellungen“; die Rückzahlung liegt bei Ihnen.",
    other:
      "{count} Karten sind schon verkauft. Sie stehen unter „Bestellungen“; die Rückzahlung liegt bei Ihnen.",
  },
  "cancel.effect.final": "Das lässt sich nicht rückgängig machen.",
  "cancel.reason": "Grund, für alle, die Karten haben",
  "cancel.required": "Geben Sie einen Grund ein",
  "cancel.keep": "Veranstaltung behalten",
  "cancel.action": "Veranstaltung absagen",
  "cancel.done": "Die Veranstaltung ist abgesagt.",
};
