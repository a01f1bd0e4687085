// Help and settings, at the same place on every page.
import { Link } from "@tanstack/react-router";
import { LanguageSwitch } from "../../shared/ui/LanguageSwitch";
import { ThemeToggle } from "../../shared/ui/ThemeToggle";
import { useT } from "../i18n/useT";

const ITEM =
  "inline-flex min-h-11 items-center rounded-sm px-2 text-sm text-muted hover:text-text hover:underline";

export function ShopFooter() {
  const t = useT();
  return (
    <footer className="border-t border-border bg-surface">
      <div className="page flex flex-wrap items-center justify-between gap-x-6 gap-y-3 py-5">
        <nav aria-label={t("footer.label")} className="-ms-2 flex flex-wrap">
          <Link to="/help" className={ITEM}>
            {t("footer.help")}
          </Link>
          <Link to="/accessibility" className={ITEM}>
            {t("footer.access")}
          </Link>
          <a href="/organizer" className={ITEM}>
            {t("footer.organizers")}
          </a>
        </nav>
        <div className="flex flex-wrap items-center gap-x-5 gap-y-3 max-sm:[&_label]:w-18">
          <LanguageSwitch />
          <ThemeToggle />
        </div>
      </div>
    </footer>
  );
}
