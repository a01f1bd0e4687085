// The ways through the desk that this role may go.
import { Link } from "@tanstack/react-router";
import { Activity, CalendarDays, KeyRound, Receipt, Store, User, Users } from "lucide-react";
import { useDesk } from "../desk/useDesk";
import { useT } from "../i18n/useT";

const ITEM =
  "flex min-h-11 items-center gap-3 rounded-sm px-3 text-sm font-medium text-muted hover:bg-surface-2 " +
  "aria-[current=page]:bg-info-bg aria-[current=page]:text-primary";

export function DeskNav() {
  const t = useT();
  const { account, organizationId, may } = useDesk();
  return (
    <nav aria-label={t("desk.nav")} className="flex flex-col gap-1">
      <Link to="/" className={ITEM} activeOptions={{ exact: true }}>
        <CalendarDays size={18} aria-hidden="true" />
        {t("events.title")}
      </Link>
      {organizationId && may("see") && (
        <Link to="/orders" className={ITEM} activeOptions={{ includeSearch: false }}>
          <Receipt size={18} aria-hidden="true" />
          {t("desk.orders")}
        </Link>
      )}
      {organizationId && may("team") && (
        <Link to="/team" className={ITEM}>
          <Users size={18} aria-hidden="true" />
          {t("desk.team")}
        </Link>
      )}
      {organizationId && may("keys") && (
        <Link to="/keys" className={ITEM}>
          <KeyRound size={18} aria-hidden="true" />
          {t("desk.keys")}
        </Link>
      )}
      {account.platform_admin && (
        <Link to="/platform" className={ITEM}>
          <Activity size={18} aria-hidden="true" />
          {t("desk.platform")}
        </Link>
      )}
      <hr className="my-2 border-border" />
      <a href="/account" className={ITEM}>
        <User size={18} aria-hidden="true" />
        {t("desk.account")}
      </a>
      <a href="/" className={ITEM}>
        <Store size={18} aria-hidden="true" />
        {t("desk.storefront")}
      </a>
    </nav>
  );
}
