// German: the frame of the desk.
import type { Translation } from "../../../shared/i18n/message";
import type { desk as en } from "./desk.en";

export const desk: Translation<typeof en> = {
  "desk.name": "Veranstalterbereich",
  "desk.nav": "Bereich",
  "desk.storefront": "Zum Ticketshop",
  "desk.menu": "Menü",
  "desk.organization": "Organisation",
  "desk.account": "Mein Konto",
  "desk.platform": "Plattform",
  "desk.orders": "Bestellungen",
  "desk.team": "Team",
  "desk.keys": "API-Schlüssel",
  "desk.health": "Zustand",
  "desk.organizations": "Organisationen",
  "notFound.title": "Diese Seite gibt es nicht",
  "notFound.text": "Die Adresse ist vielleicht falsch geschrieben, oder die Seite ist umgezogen.",
  "notFound.action": "Zu meinen Veranstaltungen",
  "forbidden.title": "Das gehört nicht zu Ihrer Rolle",
  "forbidden.text": "Wem die Organisation gehört, kann Ihnen unter „Team“ eine andere Rolle geben.",
  "stepup.title": "Sind Sie es noch?",
  "stepup.action": "Weiter",
  "role.owner": "Inhaber",
  "role.manager": "Leitung",
  "role.finance": "Finanzen",
  "role.door_staff": "Einlass",
  "state.updating": "Wird aktualisiert …",
  "state.never": "nie",
  "welcome.title": "Legen Sie Ihre Organisation an",
  "welcome.text":
    "Eine Organisation verkauft Karten: ein Theater, ein Club, ein Festival. Sie gehört Ihnen, und Sie können andere einladen.",
  "welcome.name": "Name der Organisation",
  "welcome.hint": "Er steht für alle sichtbar bei Ihren Veranstaltungen.",
  "welcome.required": "Geben Sie einen Namen ein",
  "welcome.action": "Organisation anlegen",
  "welcome.unverified":
    "Bitte bestätigen Sie zuerst Ihre E-Mail-Adresse: Wir haben Ihnen einen Link an {email} geschickt.",
};
