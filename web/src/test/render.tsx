// Renders components in English, with a cache and without a network.
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render } from "@testing-library/react";
import type { ReactNode } from "react";
import { I18nProvider } from "../shared/i18n/I18nProvider";
import type { Catalogue } from "../shared/i18n/message";

export function renderWith(catalogue: Catalogue, children: ReactNode) {
  const queries = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  return render(
    <QueryClientProvider client={queries}>
      <I18nProvider initial={{ language: "en", catalogue }} load={async () => catalogue}>
        {children}
      </I18nProvider>
    </QueryClientProvider>,
  );
}
