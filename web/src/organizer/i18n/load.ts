// Loads the words of a language; English comes with the code.
import { type Language, PSEUDO } from "../../shared/i18n/language";
import type { Catalogue } from "../../shared/i18n/message";
import { en } from "./en";

export async function load(language: Language): Promise<Catalogue> {
  if (language === "de") return (await import("./de")).de;
  if (language === PSEUDO) return (await import("../../shared/i18n/pseudo")).pseudo(en);
  return en;
}
