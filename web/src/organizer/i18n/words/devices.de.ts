// German: the devices at the door.
import type { Translation } from "../../../shared/i18n/message";
import type { devices as en } from "./devices.en";

export const devices: Translation<typeof en> = {
  "event.tab.devices": "Einlassgeräte",
  "devices.title": "Einlassgeräte",
  "devices.text":
    "Telefone und Scanner, die am Einlass dieser Veranstaltung arbeiten und an keinem anderen. Jedes hat einen eigenen Schlüssel und lässt sich jederzeit sperren.",
  "devices.empty": "Noch keine Geräte",
  "devices.empty.text":
    "Laden Sie eines ein und scannen Sie den Code mit dem Telefon, das am Einlass arbeiten soll. Ohne App, ohne Konto.",
  "devices.invite": "Gerät einladen",
  "devices.label": "Gerät",
  "devices.label.hint": "Damit Sie es wiedererkennen, zum Beispiel „Blaues Telefon 3“.",
  "devices.gates": "Eingänge",
  "devices.gates.hint":
    "Namen, durch Kommas getrennt, zum Beispiel „Nord, VIP“. Ohne Angabe: alle Eingänge.",
  "devices.gates.all": "Alle Eingänge",
  "devices.until": "Gilt bis",
  "devices.until.event": "12 Stunden nach der Veranstaltung",
  "devices.until.days": { one: "in {count} Tag", other: "in {count} Tagen" },
  "devices.unused": "Endet, wenn nicht benutzt für",
  "devices.unused.hint":
    "Benutzung verlängert. Ein Telefon, das ausgeschaltet verloren ging, endet von selbst.",
  "devices.hours": { one: "{count} Stunde", other: "{count} Stunden" },
  "devices.code.show": "Code zeigen",
  "devices.code.title": "Code für „{label}“",
  "devices.code.text":
    "Scannen Sie ihn mit der Kamera des Geräts oder öffnen Sie dort den Link. Er gilt einmal, für ein Gerät.",
  "devices.code.qr": "QR-Code, der das Gerät anmeldet",
  "devices.code.left": "Gültig noch",
  "devices.code.link": "Link",
  "devices.code.waiting": "Warten auf das Gerät …",
  "devices.code.over": "Der Code ist abgelaufen. Niemand hat ihn benutzt.",
  "devices.code.again": "Neuer Code",
  "devices.enrolled": "„{label}“ ist angemeldet",
  "devices.enrolled.text": "Es zeigt jetzt diese Veranstaltung und ist bereit für den Einlass.",
  "devices.status": "Stand",
  "devices.status.INVITED": "Eingeladen",
  "devices.status.ACTIVE": "Im Einsatz",
  "devices.status.OVER": "Beendet",
  "devices.status.REVOKED": "Gesperrt",
  "devices.used": "Zuletzt benutzt",
  "devices.lease": "Bis",
  "devices.revoke": "Sperren",
  "devices.revoke.label": "„{label}“ sperren",
  "devices.revoke.title": "„{label}“ sperren?",
  "devices.revoke.text":
    "Binnen einer Sekunde kann es nichts mehr tun und sagt das auch. Mit einem neuen Code lässt es sich wieder einladen.",
  "devices.takeBack.text": "Der Code gilt nicht mehr. Sie können das Gerät wieder einladen.",
  "devices.revoked": "„{label}“ ist draußen.",
  "devices.revokeAll": "Alle sperren",
  "devices.revokeAll.title": {
    one: "{count} Gerät sperren?",
    other: "Alle {count} Geräte sperren?",
  },
  "devices.revokeAll.text":
    "Binnen einer Sekunde kann keines mehr etwas am Einlass dieser Veranstaltung tun, und offene Codes gelten nicht mehr. Jedes muss neu eingeladen werden.",
  "devices.revokedAll": {
    one: "{count} Gerät ist draußen.",
    other: "{count} Geräte sind draußen.",
  },
};
