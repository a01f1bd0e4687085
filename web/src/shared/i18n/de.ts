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
  "problem.organization-suspended":
    "Der Veranstalter verkauft zurzeit nichts. Bezahlte Karten bleiben gültig.",
  "problem.event-cancelled": "Diese Veranstaltung wurde abgesagt.",
  "problem.price-changed": "Der Preis hat sich geändert. Bitte sehen Sie ihn sich vorher an.",
  "problem.reservation-expired":
    "Die Zeit ist um, die Karten sind wieder frei. Es wurde nichts abgebucht.",
  "problem.reservation-released": "Diese Karten wurden zurückgegeben. Es wurde nichts abgebucht.",
  "problem.reservation-consumed": "Diese Karten sind bereits bezahlt.",
  "problem.idempotency-key-reused":
    "Dies wurde schon mit anderem Inhalt gesendet. Bitte versuchen Sie es noch einmal.",
  "problem.last-way-in":
    "Anders kommen Sie nicht mehr hinein. Wählen Sie zuerst ein Passwort, oder fügen Sie einen weiteren Passkey hinzu.",
  "problem.second-factor-needed": "Wer die Plattform betreibt, braucht einen zweiten Faktor.",
  "problem.too-many-passkeys": "Es gibt schon 20 Passkeys. Entfernen Sie zuerst einen.",
  "problem.passkey-exists": "Dieser Passkey gehört schon zu einem Konto.",
  "problem.no-passkey": "Ihr Konto hat keinen Passkey mehr.",
  "problem.no-passkeys-here": "Hier gibt es keine Passkeys: Diese Adresse hat keinen Namen.",
  "problem.ceremony-over": "Das hat zu lange gedauert. Bitte beginnen Sie von vorn.",
  "problem.invalid-credentials":
    "Das stimmt nicht, oder es kam zu spät. Bitte versuchen Sie es noch einmal.",
  "passkey.use": "Passkey benutzen",
  "passkey.cancelled":
    "Es wurde kein Passkey gewählt, oder die Zeit ist abgelaufen. Sie können es noch einmal versuchen.",
  "passkey.exists": "Dieses Gerät hat schon einen Passkey für Ihr Konto.",
  "passkey.insecure": "Passkeys gehen nur auf sicheren Seiten (https).",
  "passkey.unsupported":
    "Dieser Browser oder dieses Gerät kann keine Passkeys. Versuchen Sie es mit einem anderen.",
  "passkey.failed": "Der Passkey ließ sich nicht benutzen. Bitte versuchen Sie es noch einmal.",
  "proof.lead.password": "Das ist wichtig, bitte geben Sie Ihr Passwort noch einmal ein.",
  "proof.lead.code": "Das ist wichtig, bitte geben Sie einen Code aus Ihrer App ein.",
  "proof.lead.passkey": "Das ist wichtig, bitte zeigen Sie noch einmal Ihren Passkey.",
  "proof.password": "Passwort",
  "proof.password.wrong": "Dieses Passwort ist falsch.",
  "proof.code": "Code",
  "proof.code.wrong": "Dieser Code stimmt nicht oder ist abgelaufen. Versuchen Sie den nächsten.",
  "proof.hint": "Sechs Ziffern aus Ihrer App oder einer Ihrer Ersatzcodes",
  "proof.hint.recovery": "Ohne Ihren Passkey: einer Ihrer Ersatzcodes",
  "problem.unavailable":
    "Der Dienst startet gerade neu. Bitte versuchen Sie es gleich noch einmal.",
};
