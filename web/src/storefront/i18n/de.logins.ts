// German words of log-ins elsewhere.
import type { Translation } from "../../shared/i18n/message";
import type { logins as en } from "./en.logins";

export const logins: Translation<typeof en> = {
  "logins.continue": "Weiter mit {provider}",
  "logins.returning": "Einen Moment …",
  "logins.failed": "Sie sind nicht angemeldet",
  "logins.again": "Zurück zur Anmeldung",
  "logins.checkMail":
    "Bitte zeigen Sie zuerst, dass die Adresse Ihnen gehört: Öffnen Sie den Link, den wir gerade dorthin geschickt haben, in diesem Browser.",
  "logins.confirm.title": "Waren Sie das?",
  "logins.confirm.lead":
    "Bestätigen Sie, dass die Adresse Ihnen gehört. Danach öffnet diese Anmeldung Ihr Konto.",
  "logins.confirm.submit": "Ja, anmelden",
  "logins.linked": "Ab jetzt können Sie sich damit anmelden.",
  "logins.proved": "Danke. Was Sie vorhatten, ist nun fünf Minuten lang möglich.",
  "logins.title": "Anmeldung mit anderen Konten",
  "logins.lead": "Konten bei anderen, die dieses hier öffnen.",
  "logins.link": "{provider} verknüpfen",
  "logins.used": "Zuletzt benutzt",
  "logins.since": "Verknüpft",
  "logins.gone": "Die Anmeldung damit wird nicht mehr angeboten.",
  "logins.unlink": "Verknüpfung lösen",
  "logins.unlink.title": "Verknüpfung mit {provider} lösen?",
  "logins.unlink.text":
    "{provider} öffnet dieses Konto dann nicht mehr. Wenn Sie sich wieder damit anmelden, müssen wir Sie um einen Beweis für Ihre Adresse bitten. Sonst ändert sich nichts: Bestellungen und Karten bleiben.",
  "logins.noPassword":
    "Sie haben keines: Sie melden sich anderswo an. Mit einem eigenen können Sie diese Verknüpfung lösen oder Ihre Adresse ändern.",
  "logins.noPassword.email": "Um Ihre Adresse zu ändern, wählen Sie zuerst ein Passwort.",
  "logins.provider-refused":
    "Die Anmeldung wurde abgebrochen, dort oder von Ihnen. Hier wurde nichts geändert.",
  "logins.provider-told-no-email":
    "Uns wurde keine E-Mail-Adresse mitgeteilt. Legen Sie ein Konto mit Ihrer Adresse an und verknüpfen Sie die Anmeldung dann dort.",
  "logins.provider-not-believed":
    "Was zurückkam, war nicht vertrauenswürdig; deshalb wurde niemand angemeldet. Bitte beginnen Sie neu.",
  "logins.provider-unavailable":
    "Die andere Seite ist gerade nicht erreichbar. Versuchen Sie es gleich noch einmal, oder melden Sie sich mit Ihrem Passwort an.",
  "logins.provider-proof-too-old":
    "Sie wurden dort nicht nach Ihrem Passwort gefragt; das zählt nicht als frischer Beweis.",
  "logins.login-attempt-over":
    "Das dauerte zu lange, wurde schon benutzt oder begann in einem anderen Browser. Bitte beginnen Sie neu.",
  "logins.login-linked-elsewhere":
    "Diese Anmeldung öffnet hier ein anderes Konto. Lösen Sie die Verknüpfung dort, oder melden Sie sich damit an.",
  "logins.provider-linked-already":
    "Eine andere Anmeldung desselben Anbieters öffnet Ihr Konto. Lösen Sie zuerst deren Verknüpfung.",
  "logins.other-browser":
    "Bitte öffnen Sie den Link in dem Browser, in dem die Anmeldung begann, oder beginnen Sie hier neu.",
  "logins.account-suspended": "Dieses Konto ist gesperrt. Bitte schreiben Sie uns.",
  "logins.last-way-in": "Nichts anderes öffnet Ihr Konto. Wählen Sie zuerst ein Passwort.",
  "logins.link-over": "Dieser Link ist abgelaufen oder wurde schon benutzt.",
};
