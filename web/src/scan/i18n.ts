// The words of the scanner.
import { translator } from "../shared/i18n/context";
import { de as sharedDe } from "../shared/i18n/de";
import { en as sharedEn } from "../shared/i18n/en";
import type { Language } from "../shared/i18n/language";
import type { Catalogue, Translation } from "../shared/i18n/message";

const en = {
  ...sharedEn,
  "scan.title": "Scanner",
  "scan.text":
    "Checking tickets at the door is not open yet. Tickets and their codes are valid already.",
  "scan.desk": "To the organizer desk",
} as const;

const de: Translation<typeof en> = {
  ...sharedDe,
  "scan.title": "Einlass",
  "scan.text":
    "Die Einlasskontrolle ist noch nicht eröffnet. Karten und ihre Codes sind schon gültig.",
  "scan.desk": "Zum Veranstalterbereich",
};

export const useT = translator<typeof en>();

export async function load(language: Language): Promise<Catalogue> {
  return language === "de" ? de : en;
}
