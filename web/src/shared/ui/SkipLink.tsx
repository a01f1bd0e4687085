// The first stop of the keyboard: past the header.
import { useT } from "../i18n/useT";

export function SkipLink() {
  const t = useT();
  return (
    <a
      href="#main"
      className="sr-only z-50 rounded-sm bg-primary px-4 py-3 font-semibold text-on-primary focus:not-sr-only focus:fixed focus:start-4 focus:top-4"
    >
      {t("app.skip")}
    </a>
  );
}
