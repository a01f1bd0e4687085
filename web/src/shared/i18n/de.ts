// German: what shared components say.
import type { en } from "./en";
import type { Translation } from "./message";

export const de: Translation<typeof en> = {
  "app.skip": "Zum Inhalt springen",
  "action.retry": "Erneut versuchen",
  "action.close": "Schließen",
  "action.cancel": "Abbrechen",
  "action.back": "Zurück",
  "action.more": "Mehr anzeigen",
  "action.copy": "Kopieren",
  "action.copied": "Kopiert",
  "language.label": "Sprache",
  "theme.label": "Farben",
  "theme.system": "Wie das Gerät",
  "theme.light": "Hell",
  "theme.dark": "Dunkel",
  loading: "Wird geladen …",
  "offline.text":
    "Sie sind offline. Ihre Eingaben sind sicher; sobald Sie verbunden sind, geht es weiter.",
  "stale.text": "Die Live-Anzeige ist unterbrochen. Stand {time}; wir verbinden neu.",
  "form.summary": { one: "Bitte prüfen Sie ein Feld", other: "Bitte prüfen Sie {count} Felder" },
  "form.optional": "freiwillig",
  "stepper.less": "Eines weniger: {name}",
  "stepper.more": "Eines mehr: {name}",
  "hold.label": "Für Sie reserviert",
  "hold.announce.minutes": { one: "Noch {count} Minute", other: "Noch {count} Minuten" },
  "hold.announce.seconds": { one: "Noch {count} Sekunde", other: "Noch {count} Sekunden" },
  "hold.announce.over": "Die Zeit ist um. Die Karten sind wieder frei.",
  "time.yours": "{time} Ihrer Zeit",
  "error.title": "Das hat nicht geklappt",
  "error.trace": "Falls es wieder vorkommt, nennen Sie diese Nummer: {id}",
  "proof.provider": "Mit {provider} bestätigen",
  "proof.lead.provider":
    "Sie haben hier kein Passwort. Bestätigen Sie mit der Anmeldung, die Sie benutzen, oder wählen Sie auf Ihrer Kontoseite ein Passwort.",
  "problem.network":
    "Es kam keine Antwort. Prüfen Sie die Verbindung und versuchen Sie es noch einmal; nichts geschieht doppelt.",
  "problem.busy":
    "Gerade sind sehr viele Menschen hier. Bitte versuchen Sie es gleich noch einmal.",
  "problem.internal": "Bei uns ist etwas schiefgegangen. Ihre Eingaben sind nicht verloren.",
  "problem.not-found": "Das gibt es nicht, oder es ist nicht für Sie bestimmt.",
  "problem.forbidden": "Dazu sind Sie nicht berechtigt.",
  "problem.unauthenticated": "Bitte melden Sie sich zuerst an.",
  "problem.too-many-requests": "Zu viele Versuche. Bitte warten Sie einen Moment.",
  "problem.validation": "Einige Angaben können so nicht angenommen werden.",
  "problem.version-stale":
    "Jemand anderes hat dies inzwischen geändert. Laden Sie es neu, um fortzufahren.",
  "problem.insufficient-inventory": {
    one: "Davon gibt es nur noch {count} Karte.",
    other: "Davon gibt es nur noch {count} Karten.",
  },
  "problem.insufficient-inventory.none": "Diese Karten wurden gerade verkauft.",
  "problem.per-person-cap": {
    one: "Sie können noch eine Karte für diese Veranstaltung nehmen.",
    other: "Sie können noch {count} Karten für diese Veranstaltung nehmen.",
  },
  "problem.per-person-cap.none": "Sie haben bereits so viele Karten, wie eine Person haben darf.",
  "problem.sale-not-open": "Der Verkauf hat noch nicht begonnen.",
  "problem.sale-closed": "Der Verkauf dieser Karten ist beendet.",
  "problem.ticket-type-disabled": "Diese Karten werden zurzeit nicht verkauft.",
  "problem.event-not-published": "Für diese Veranstaltung gibt es keine Karten.",
  "problem.event-over": "Diese Veranstaltung ist vorbei.",
  "problem.event-cancelled": "Diese Veranstaltung wurde abgesagt.",
  "problem.price-changed": "Der Preis hat sich geändert. Bitte sehen Sie ihn sich vorher an.",
  "problem.reservation-expired":
    "Die Zeit ist um, die Karten sind wieder frei. Es wurde nichts abgebucht.",
  "problem.reservation-released": "Diese Karten wurden zurückgegeben. Es wurde nichts abgebucht.",
  "problem.reservation-consumed": "Diese Karten sind bereits bezahlt.",
  "problem.idempotency-key-reused":
    "Dies wurde schon mit anderem Inhalt gesendet. Bitte versuchen Sie es noch einmal.",
  "problem.unavailable":
    "Der Dienst startet gerade neu. Bitte versuchen Sie es gleich noch einmal.",
};
