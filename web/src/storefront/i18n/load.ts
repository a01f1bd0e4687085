// Loads the words of a language; English comes with the code.
import type { Language } from "../../shared/i18n/language";
import type { Catalogue } from "../../shared/i18n/message";
import { en } from "./en";

export async function load(language: Language): Promise<Catalogue> {
  if (language === "de") return (await import("./de")).de;
  return en;
}
