// The frame of every page of the desk: navigation at the side, the page beside it.
import { Link, Outlet } from "@tanstack/react-router";
import { CalendarDays, Store } from "lucide-react";
import { LanguageSwitch } from "../../shared/ui/LanguageSwitch";
import { Logo } from "../../shared/ui/Logo";
import { OfflineBanner } from "../../shared/ui/OfflineBanner";
import { SkipLink } from "../../shared/ui/SkipLink";
import { ThemeToggle } from "../../shared/ui/ThemeToggle";
import { Toaster } from "../../shared/ui/Toaster";
import { useT } from "../i18n/useT";

const ITEM =
  "flex min-h-10 items-center gap-3 rounded-sm px-3 text-sm font-medium text-muted hover:bg-surface-2 " +
  "aria-[current=page]:bg-info-bg aria-[current=page]:text-primary";

export function DeskLayout() {
  const t = useT();
  return (
    <div className="flex min-h-dvh flex-col bg-surface lg:flex-row">
      <SkipLink />
      <header className="flex flex-wrap items-center gap-3 border-b border-border bg-bg px-4 py-3 lg:sticky lg:top-0 lg:h-dvh lg:w-60 lg:flex-col lg:items-stretch lg:border-e lg:border-b-0">
        <Link to="/" className="flex items-center gap-2.5 rounded-sm font-bold">
          <Logo size={28} />
          Fullhouse
        </Link>
        <nav aria-label={t("desk.nav")} className="flex flex-1 gap-1 lg:flex-col">
          <Link to="/" className={ITEM}>
            <CalendarDays size={18} aria-hidden="true" />
            {t("events.title")}
          </Link>
          <a href="/" className={ITEM}>
            <Store size={18} aria-hidden="true" />
            {t("desk.storefront")}
          </a>
        </nav>
        <div className="flex flex-wrap gap-3 lg:flex-col">
          <LanguageSwitch />
          <ThemeToggle />
        </div>
      </header>
      <div className="flex min-w-0 flex-1 flex-col">
        <OfflineBanner />
        <main id="main" tabIndex={-1} className="mx-auto w-full max-w-6xl flex-1 px-4 py-8 sm:px-8">
          <Outlet />
        </main>
      </div>
      <Toaster />
    </div>
  );
}
