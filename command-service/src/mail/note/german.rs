//! Short mails in German.

use super::{Phrase, Phrases};

const SEE_ACCOUNT: &str = "Zum Konto";
const MY_ADDRESS: &str = "Ja, das ist meine Adresse";

pub(super) const PHRASES: Phrases = Phrases {
    verify_email: Phrase {
        subject: "Ist das Ihre Adresse?",
        paragraphs: [
            "Jemand, hoffentlich Sie, hat sich mit dieser Adresse bei Fullhouse angemeldet.",
            "Bestätigen Sie mit dem Link, dass es Ihre ist. Wenn Sie es nicht waren, tun Sie nichts.",
        ],
        action: MY_ADDRESS,
    },
    password_reset: Phrase {
        subject: "Wählen Sie ein neues Passwort",
        paragraphs: [
            "Sie wollten ein neues Passwort für Fullhouse wählen. Der Link gilt einmal und nur \
             kurze Zeit.",
            "Wenn Sie es nicht waren, tun Sie nichts: Ihr Passwort bleibt, wie es ist.",
        ],
        action: "Passwort wählen",
    },
    email_change: Phrase {
        subject: "Ist das Ihre neue Adresse?",
        paragraphs: [
            "Ihr Konto bei Fullhouse soll diese Adresse bekommen. Bestätigen Sie mit dem Link, \
             dass es Ihre ist.",
            "Wenn Sie es nicht waren, tun Sie nichts.",
        ],
        action: MY_ADDRESS,
    },
    email_changed: Phrase {
        subject: "Ihr Konto hat eine andere Adresse",
        paragraphs: [
            "Ihr Konto bei Fullhouse bekam eine andere Adresse: {at}. Post geht von nun an dorthin.",
            "Wenn Sie es nicht waren, wählen Sie sofort ein neues Passwort.",
        ],
        action: SEE_ACCOUNT,
    },
    account_exists: Phrase {
        subject: "Sie haben schon ein Konto",
        paragraphs: [
            "Jemand wollte sich mit dieser Adresse bei Fullhouse anmelden. Es gibt damit schon ein \
             Konto: Melden Sie sich an, oder wählen Sie dort ein neues Passwort.",
            "Wenn Sie es nicht waren, tun Sie nichts: Es wurde nichts geändert.",
        ],
        action: "Anmelden",
    },
    password_changed: Phrase {
        subject: "Ihr Passwort wurde geändert",
        paragraphs: [
            "Das Passwort Ihres Kontos bei Fullhouse wurde geändert: {at}.",
            "Wenn Sie es nicht waren, wählen Sie sofort ein neues.",
        ],
        action: SEE_ACCOUNT,
    },
    second_factor_added: Phrase {
        subject: "Ein zweiter Faktor kam hinzu",
        paragraphs: [
            "Die Anmeldung an Ihrem Konto bei Fullhouse verlangt nun einen zweiten Faktor: {at}.",
            "Wenn Sie es nicht waren, wählen Sie sofort ein neues Passwort.",
        ],
        action: SEE_ACCOUNT,
    },
    second_factor_removed: Phrase {
        subject: "Ein zweiter Faktor fiel weg",
        paragraphs: [
            "Ein zweiter Faktor Ihres Kontos bei Fullhouse wurde entfernt: {at}.",
            "Wenn Sie es nicht waren, wählen Sie sofort ein neues Passwort.",
        ],
        action: SEE_ACCOUNT,
    },
    confirm_login: Phrase {
        subject: "Haben Sie sich mit {provider} angemeldet?",
        paragraphs: [
            "Jemand, hoffentlich Sie, hat sich mit {provider} bei Fullhouse angemeldet, unter \
             dieser Adresse. Bestätigen Sie mit dem Link im selben Browser, dass es Ihre ist. Von \
             da an öffnet diese Anmeldung Ihr Konto.",
            "Wenn Sie es nicht waren, tun Sie nichts: Es wurde nichts geändert.",
        ],
        action: "Ja, das war ich",
    },
    login_linked: Phrase {
        subject: "Sie können sich nun mit {provider} anmelden",
        paragraphs: [
            "Eine Anmeldung bei {provider} öffnet von nun an Ihr Konto bei Fullhouse: {at}.",
            "Wenn Sie es nicht waren, heben Sie die Verknüpfung im Konto auf und wählen Sie sofort \
             ein neues Passwort.",
        ],
        action: SEE_ACCOUNT,
    },
    login_unlinked: Phrase {
        subject: "Sie können sich nicht mehr mit {provider} anmelden",
        paragraphs: [
            "Die Anmeldung bei {provider} öffnet Ihr Konto bei Fullhouse nicht mehr: {at}.",
            "Wenn Sie es nicht waren, wählen Sie sofort ein neues Passwort.",
        ],
        action: SEE_ACCOUNT,
    },
    passkey_added: Phrase {
        subject: "Ihr Konto hat einen neuen Passkey",
        paragraphs: [
            "Der Passkey „{passkey}“ öffnet von nun an Ihr Konto bei Fullhouse: {at}. Auch nach dem \
             Passwort wird danach gefragt.",
            "Wenn Sie es nicht waren, entfernen Sie ihn und wählen Sie sofort ein neues Passwort.",
        ],
        action: SEE_ACCOUNT,
    },
    passkey_removed: Phrase {
        subject: "Ein Passkey Ihres Kontos wurde entfernt",
        paragraphs: [
            "Der Passkey „{passkey}“ öffnet Ihr Konto bei Fullhouse nicht mehr: {at}.",
            "Wenn Sie es nicht waren, wählen Sie sofort ein neues Passwort.",
        ],
        action: SEE_ACCOUNT,
    },
    passkey_copied: Phrase {
        subject: "Wir haben einen Ihrer Passkeys abgelehnt",
        paragraphs: [
            "Jemand zeigte den Passkey „{passkey}“ mit einem Zähler, der schon überschritten war: \
             {at}. Es gibt vielleicht eine Kopie davon. Niemand kam damit hinein.",
            "Entfernen Sie diesen Passkey aus Ihrem Konto und fügen Sie einen neuen hinzu. Wenn Sie \
             sich das nicht erklären können, sehen Sie auch nach Ihren offenen Sitzungen.",
        ],
        action: SEE_ACCOUNT,
    },
    new_session: Phrase {
        subject: "Eine neue Anmeldung an Ihrem Konto",
        paragraphs: [
            "Gerät: {device}. Zeit: {at}.",
            "Wenn Sie es waren, ist nichts zu tun. Wenn nicht, beenden Sie die Sitzung und wählen \
             Sie ein neues Passwort.",
        ],
        action: SEE_ACCOUNT,
    },
    refresh_token_reused: Phrase {
        subject: "Wir haben eine Ihrer Sitzungen beendet",
        paragraphs: [
            "Gerät: {device}. Zeit: {at}.",
            "Ein Schlüssel dieser Sitzung wurde zweimal benutzt, jemand kann ihn also kopiert \
             haben. Melden Sie sich neu an; wenn es nicht Ihr Gerät war, wählen Sie ein neues \
             Passwort.",
        ],
        action: SEE_ACCOUNT,
    },
    invitation: Phrase {
        subject: "Einladung zu {organization}",
        paragraphs: [
            "{organization} lädt Sie ein, auf Fullhouse mitzuarbeiten. Ihre Rolle: {role}.",
            "Wenn Sie den Absender nicht kennen, tun Sie nichts.",
        ],
        action: "Zur Einladung",
    },
    data_export_ready: Phrase {
        subject: "Ihre Daten liegen bereit",
        paragraphs: [
            "Alles, was Fullhouse über Sie gespeichert hat, ist zusammengestellt.",
            "Sie können es nach der Anmeldung eine Woche lang herunterladen.",
        ],
        action: "Herunterladen",
    },
};
