// One's account: orders, details, password, second factor, devices.
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { LogOut, UserRound } from "lucide-react";
import { accountQuery } from "../../shared/account/account";
import { buttonClass } from "../../shared/ui/buttonClass";
import { EmptyState } from "../../shared/ui/EmptyState";
import { ErrorPanel } from "../../shared/ui/ErrorPanel";
import { Loading } from "../../shared/ui/Loading";
import { PageHeading } from "../../shared/ui/PageHeading";
import { Skeleton } from "../../shared/ui/Skeleton";
import { useT } from "../i18n/useT";
import { EmailSection } from "./EmailSection";
import { LoginsSection } from "./LoginsSection";
import { LogOutButton } from "./LogOutButton";
import { MyOrders } from "./MyOrders";
import { NameSection } from "./NameSection";
import { NoPassword } from "./NoPassword";
import { PasskeysSection } from "./PasskeysSection";
import { PasswordSection } from "./PasswordSection";
import { PrivacySection } from "./PrivacySection";
import { SessionsSection } from "./SessionsSection";
import { TotpSection } from "./TotpSection";

export function AccountPage() {
  const t = useT();
  const account = useQuery(accountQuery);
  if (account.isPending) {
    return (
      <Loading>
        <div className="mx-auto flex max-w-3xl flex-col gap-5 py-6">
          <Skeleton className="h-9 w-1/3" />
          <Skeleton className="h-40 rounded-lg" />
          <Skeleton className="h-40 rounded-lg" />
        </div>
      </Loading>
    );
  }
  if (account.isError) {
    return <ErrorPanel error={account.error} onRetry={() => void account.refetch()} />;
  }
  if (!account.data) {
    return (
      <div className="mx-auto flex max-w-2xl flex-col gap-6 py-6">
        <PageHeading title={t("account.title")} />
        <EmptyState
          icon={<UserRound size={28} />}
          title={t("account.guest")}
          action={
            <>
              <Link to="/login" search={{ next: "/account" }} className={buttonClass("primary")}>
                {t("auth.login.submit")}
              </Link>
              <Link to="/register" className={buttonClass("secondary")}>
                {t("auth.register.link")}
              </Link>
            </>
          }
        />
      </div>
    );
  }
  const { email, name, has_password } = account.data;
  return (
    <div className="mx-auto flex w-full max-w-3xl flex-col gap-6 py-4">
      <div className="flex flex-wrap items-end justify-between gap-3">
        <div>
          <PageHeading title={t("account.title")} />
          {email && <p className="mt-1 text-muted">{email}</p>}
        </div>
        <LogOutButton label={t("account.logout")} icon={<LogOut size={18} aria-hidden="true" />} />
      </div>
      <MyOrders />
      <NameSection name={name ?? ""} />
      <EmailSection email={email ?? ""} hasPassword={has_password} />
      {has_password ? <PasswordSection /> : <NoPassword email={email ?? ""} />}
      <LoginsSection />
      <PasskeysSection factors={account.data.second_factors} />
      <TotpSection hasTotp={account.data.second_factors.includes("totp")} />
      <SessionsSection />
      <PrivacySection />
    </div>
  );
}
