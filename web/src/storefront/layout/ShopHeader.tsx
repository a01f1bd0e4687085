// Mark, search, and the way to one's tickets.
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Ticket, UserRound } from "lucide-react";
import { accountQuery } from "../../shared/account/account";
import { Logo } from "../../shared/ui/Logo";
import { useT } from "../i18n/useT";
import { SearchBox } from "./SearchBox";

const ITEM =
  "inline-flex min-h-11 items-center gap-2 rounded-sm px-2 text-sm font-semibold whitespace-nowrap hover:bg-surface-2 sm:px-3";

export function ShopHeader() {
  const t = useT();
  const { data: account } = useQuery(accountQuery);
  return (
    <header className="sticky top-0 z-30 border-b border-border bg-bg/95 backdrop-blur">
      <div className="page flex min-h-16 flex-wrap items-center gap-x-3 gap-y-2 py-2 sm:gap-x-6">
        <Link
          to="/"
          aria-label={t("nav.home")}
          className="flex min-h-11 items-center gap-2 rounded-sm text-lg font-bold tracking-tight"
        >
          <Logo />
          Fullhouse
        </Link>
        <div className="order-last w-full sm:order-none sm:w-auto sm:flex-1">
          <SearchBox />
        </div>
        <nav aria-label={t("nav.label")} className="ms-auto flex items-center sm:gap-1">
          <Link to="/tickets" className={ITEM}>
            <Ticket size={18} aria-hidden="true" className="max-sm:hidden" />
            {t("nav.tickets")}
          </Link>
          <Link to={account ? "/account" : "/login"} className={ITEM}>
            <UserRound size={18} aria-hidden="true" />
            <span className="max-sm:sr-only">{account ? t("nav.account") : t("nav.login")}</span>
          </Link>
        </nav>
      </div>
    </header>
  );
}
