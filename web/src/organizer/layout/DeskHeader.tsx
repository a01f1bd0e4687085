// Logo, organisation, and the way to every page. On phones the ways fold into a menu.
import { Link, useRouterState } from "@tanstack/react-router";
import { Menu, X } from "lucide-react";
import { useEffect, useState } from "react";
import { cx } from "../../shared/lib/cx";
import { LanguageSwitch } from "../../shared/ui/LanguageSwitch";
import { Logo } from "../../shared/ui/Logo";
import { ThemeToggle } from "../../shared/ui/ThemeToggle";
import { useT } from "../i18n/useT";
import { DeskNav } from "./DeskNav";
import { OrganizationSwitch } from "./OrganizationSwitch";

export function DeskHeader() {
  const t = useT();
  const [isOpen, setOpen] = useState(false);
  const path = useRouterState({ select: (state) => state.location.pathname });
  // biome-ignore lint/correctness/useExhaustiveDependencies: another page closes the menu.
  useEffect(() => setOpen(false), [path]);
  return (
    <header className="border-b border-border bg-bg lg:w-64 lg:shrink-0 lg:border-e lg:border-b-0">
      <div className="flex flex-col px-4 py-3 lg:sticky lg:top-0 lg:h-dvh lg:overflow-y-auto">
        <div className="flex items-center justify-between gap-3">
          <Link to="/" className="flex min-h-11 items-center gap-2.5 rounded-sm font-bold">
            <Logo size={28} />
            Fullhouse
          </Link>
          <button
            type="button"
            aria-expanded={isOpen}
            aria-controls="desk-menu"
            className="inline-flex min-h-11 items-center gap-2 rounded-sm px-3 font-semibold hover:bg-surface-2 lg:hidden"
            onClick={() => setOpen(!isOpen)}
          >
            {isOpen ? <X size={20} aria-hidden="true" /> : <Menu size={20} aria-hidden="true" />}
            {t("desk.menu")}
          </button>
        </div>
        <div
          id="desk-menu"
          className={cx("flex-1 flex-col gap-5 pt-4 lg:flex", isOpen ? "flex" : "hidden")}
        >
          <OrganizationSwitch />
          <DeskNav />
          <div className="flex flex-wrap gap-3 lg:mt-auto lg:flex-col lg:pt-4 [&_label]:w-18">
            <LanguageSwitch />
            <ThemeToggle />
          </div>
        </div>
      </div>
    </header>
  );
}
