// Starts an entry: theme, words, boot data, router.
import { type QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { type ReactNode, StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { bootQueries, createQueryClient } from "./api/queryClient";
import { I18nProvider } from "./i18n/I18nProvider";
import { type Language, localeOf, preferredLanguage } from "./i18n/language";
import type { Catalogue } from "./i18n/message";
import { preparations } from "./lib/formatters";
import { applyTheme, chosenTheme } from "./ui/theme";

interface Entry {
  /** All words of the entry in a language. */
  readonly load: (language: Language) => Promise<Catalogue>;
  /** What is shown. Until it is there, what the server wrote into the page stays. */
  readonly app: (queries: QueryClient) => ReactNode | Promise<ReactNode>;
}

export async function start({ load, app }: Entry): Promise<void> {
  applyTheme(chosenTheme());
  const root = document.getElementById("root");
  if (!root) throw new Error("the page has no #root");
  const language = preferredLanguage();
  const catalogue = await load(language);
  await breath();
  for (const prepare of preparations(language, localeOf(language))) {
    prepare();
    await breath();
  }
  const queries = createQueryClient();
  bootQueries(queries);
  const shown = await app(queries);
  await breath();
  createRoot(root).render(
    <StrictMode>
      <QueryClientProvider client={queries}>
        <I18nProvider initial={{ language, catalogue }} load={load}>
          {shown}
        </I18nProvider>
      </QueryClientProvider>
    </StrictMode>,
  );
}

/** Lets the browser answer to taps between two pieces of work: without it all would be one long task. */
function breath(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}
