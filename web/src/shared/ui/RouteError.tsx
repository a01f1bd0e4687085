// What is shown when a page breaks: never a white screen.

import { useT } from "../i18n/useT";
import { ErrorPanel } from "./ErrorPanel";
import { PageHeading } from "./PageHeading";

interface Props {
  readonly error: unknown;
  readonly reset?: () => void;
}

export function RouteError({ error, reset }: Props) {
  const t = useT();
  return (
    <main id="main" tabIndex={-1} className="page flex flex-1 flex-col gap-6 py-10">
      <PageHeading title={t("error.title")} />
      <ErrorPanel error={error} onRetry={reset ?? (() => window.location.reload())} />
    </main>
  );
}
