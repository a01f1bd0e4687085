// The words of the scanner.
import { translator } from "../shared/i18n/context";
import { de as sharedDe } from "../shared/i18n/de";
import { en as sharedEn } from "../shared/i18n/en";
import type { Language } from "../shared/i18n/language";
import type { Catalogue, Translation } from "../shared/i18n/message";

export const en = {
  ...sharedEn,
  "scan.title": "Door",
  "scan.desk": "To the organizer desk",
  "enrol.title": "Enrol this device",
  "enrol.working": "Making a key for this device…",
  "enrol.over": "This code has expired or has been used",
  "enrol.over.text": "Codes last ten minutes and work once. Ask for another one at the desk.",
  "enrol.again": "This device already works for “{title}”",
  "enrol.again.text":
    "Enrolled anew it gets another key and forgets its place. The old one is listed at the desk until it is revoked or ends.",
  "enrol.again.yes": "Enrol anew",
  "enrol.again.no": "Leave it as it is",
  "door.none": "This device isn’t enrolled",
  "door.none.text":
    "At the desk, open your event, then “Door devices”, and invite a device. Scan the code shown there with the camera of this device.",
  "door.online": "Connected",
  "door.offline": "No connection",
  "door.offline.since": "Last heard from the server at {time}. This page goes on trying.",
  "door.offline.text": "This page goes on trying.",
  "door.gates": { one: "Gate", other: "Gates" },
  "door.gates.all": "All gates",
  "door.device": "Device",
  "door.types": "Ticket types",
  "door.lease": "Works until",
  "door.ends": "At most until",
  "door.lease.text": {
    one: "Renewed while this page is open. A device that isn’t used for an hour ends by itself.",
    other:
      "Renewed while this page is open. A device that isn’t used for {count} hours ends by itself.",
  },
  "door.cancelled": "This event was cancelled.",
  "door.revoked": "This device was revoked",
  "door.revoked.text":
    "It can do nothing more at this door. If it is to go on, ask for a new code at the desk.",
  "door.over": "The time of this device is over",
  "door.over.text": "It wasn’t used for too long, or its end has come. The desk can enrol it anew.",
  "door.suspended": "The organisation is suspended",
  "door.suspended.text": "Nobody acts for it now. The device works again once it isn’t any more.",
  "door.unknown": "The server doesn’t know this device",
  "door.unknown.text": "Its enrolment is gone. Ask for a new code at the desk.",
  "door.closed": "This browser keeps nothing",
  "door.closed.text":
    "A door device needs storage for its key. Leave private browsing, or allow storage for this site.",
  "door.forget": "Forget this enrolment",
} as const;

export const de: Translation<typeof en> = {
  ...sharedDe,
  "scan.title": "Einlass",
  "scan.desk": "Zum Veranstalterbereich",
  "enrol.title": "Gerät anmelden",
  "enrol.working": "Ein Schlüssel für dieses Gerät entsteht …",
  "enrol.over": "Dieser Code ist abgelaufen oder wurde schon benutzt",
  "enrol.over.text":
    "Codes gelten zehn Minuten und nur einmal. Im Veranstalterbereich gibt es einen neuen.",
  "enrol.again": "Dieses Gerät arbeitet schon für „{title}“",
  "enrol.again.text":
    "Neu angemeldet bekommt es einen anderen Schlüssel und vergisst seinen Platz. Der alte steht im Veranstalterbereich, bis er gesperrt wird oder endet.",
  "enrol.again.yes": "Neu anmelden",
  "enrol.again.no": "Lassen, wie es ist",
  "door.none": "Dieses Gerät ist nicht angemeldet",
  "door.none.text":
    "Öffnen Sie im Veranstalterbereich Ihre Veranstaltung, dann „Einlassgeräte“, und laden Sie ein Gerät ein. Scannen Sie den Code dort mit der Kamera dieses Geräts.",
  "door.online": "Verbunden",
  "door.offline": "Keine Verbindung",
  "door.offline.since":
    "Zuletzt um {time} vom Server gehört. Diese Seite versucht es immer wieder.",
  "door.offline.text": "Diese Seite versucht es immer wieder.",
  "door.gates": { one: "Eingang", other: "Eingänge" },
  "door.gates.all": "Alle Eingänge",
  "door.device": "Gerät",
  "door.types": "Kartenarten",
  "door.lease": "Gilt bis",
  "door.ends": "Höchstens bis",
  "door.lease.text": {
    one: "Verlängert sich, solange diese Seite offen ist. Ein Gerät, das eine Stunde nicht benutzt wird, endet von selbst.",
    other:
      "Verlängert sich, solange diese Seite offen ist. Ein Gerät, das {count} Stunden nicht benutzt wird, endet von selbst.",
  },
  "door.cancelled": "Diese Veranstaltung wurde abgesagt.",
  "door.revoked": "Dieses Gerät wurde gesperrt",
  "door.revoked.text":
    "Es kann an diesem Einlass nichts mehr tun. Soll es weitermachen, gibt es im Veranstalterbereich einen neuen Code.",
  "door.over": "Die Zeit dieses Geräts ist um",
  "door.over.text":
    "Es wurde zu lange nicht benutzt, oder sein Ende ist gekommen. Der Veranstalter kann es neu anmelden.",
  "door.suspended": "Der Veranstalter ist gesperrt",
  "door.suspended.text":
    "Niemand handelt jetzt für ihn. Sobald er es nicht mehr ist, geht es weiter.",
  "door.unknown": "Der Server kennt dieses Gerät nicht",
  "door.unknown.text": "Seine Anmeldung ist weg. Im Veranstalterbereich gibt es einen neuen Code.",
  "door.closed": "Dieser Browser behält nichts",
  "door.closed.text":
    "Ein Einlassgerät braucht Speicher für seinen Schlüssel. Verlassen Sie den privaten Modus oder erlauben Sie dieser Seite, etwas zu speichern.",
  "door.forget": "Diese Anmeldung vergessen",
};

export const useT = translator<typeof en>();

export async function load(language: Language): Promise<Catalogue> {
  return language === "de" ? de : en;
}
