// The language that somebody logged in chooses is that of their mails too.
import { useQueryClient } from "@tanstack/react-query";
import { call } from "../api/client";
import type { Language } from "../i18n/language";
import { accountKey } from "./account";

/** Tells the account about a chosen language; guests have none to tell. */
export function useKeptLanguage(): (language: Language) => void {
  const queries = useQueryClient();
  return (language) => {
    if (!queries.getQueryData(accountKey)) return;
    // The page changes in any case; mails follow when the choice arrived.
    call("PUT", "/api/v1/account/profile", { language }).catch(() => undefined);
  };
}
