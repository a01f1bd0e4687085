// German: attendees, searched lists, files.
import type { Translation } from "../../../shared/i18n/message";
import type { attendees as en } from "./attendees.en";

export const attendees: Translation<typeof en> = {
  "event.tab.attendees": "Gäste",
  "attendees.title": "Gäste",
  "attendees.search.placeholder": "Name, E-Mail, Bestellung oder Karte",
  "attendees.empty.title": "Niemand",
  "attendees.empty.text": "Wer eine Karte hat, steht hier.",
  "attendees.empty.filter": "Niemand passt. Ändern Sie die Suche oder die Filter.",
  "list.found": { one: "{count} gefunden.", other: "{count} gefunden." },
  "list.more": "Es wurde noch nicht alles durchsucht.",
  "list.search.on": "Weitersuchen",
  "export.title": "Dateien",
  "export.ask.orders": "Bestellungen als Datei",
  "export.ask.attendees": "Gästeliste als Datei",
  "export.ask.sales": "Verkäufe als Datei",
  "export.text.orders": "Alle Bestellungen mit Namen als Datei für Tabellenprogramme (CSV).",
  "export.text.attendees": "Alle Karten mit Namen als Datei für Tabellenprogramme (CSV).",
  "export.text.sales": "Karten und Umsatz nach Tag und Art als Datei für Tabellenprogramme (CSV).",
  "export.waiting": "Beginnt gleich …",
  "export.running": "{done} von {total} Zeilen …",
  "export.progress": "Fortschritt der Datei",
  "export.ready": { one: "Fertig, {count} Zeile.", other: "Fertig, {count} Zeilen." },
  "export.until": "Herunterladen möglich bis",
  "export.failed": "Diese Datei ließ sich nicht erstellen. Fordern Sie sie noch einmal an.",
  "export.download": "Herunterladen",
};
