// Where providers send people back to: tells the API what they brought, once.
import { useMutation } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";
import { mayBeLoggedIn } from "../../shared/api/session";
import { buttonClass } from "../../shared/ui/buttonClass";
import { Loading } from "../../shared/ui/Loading";
import { Notice } from "../../shared/ui/Notice";
import { Skeleton } from "../../shared/ui/Skeleton";
import { useT } from "../i18n/useT";
import { AuthCard } from "./AuthCard";
import { ProviderOutcome } from "./ProviderOutcome";
import { ProviderProblem } from "./ProviderProblem";
import { type Brought, comeBack, takeBrought } from "./providerReturn";

const route = getRouteApi("/login/callback/$provider");

export function CallbackPage() {
  const t = useT();
  const { provider } = route.useParams();
  const [brought] = useState(takeBrought);
  const isSent = useRef(false);
  const coming = useMutation({ mutationFn: (with_: Brought) => comeBack(provider, with_) });
  const { mutate } = coming;
  useEffect(() => {
    if (!brought || isSent.current) return;
    isSent.current = true;
    mutate(brought);
  }, [brought, mutate]);
  if (coming.data) return <ProviderOutcome answer={coming.data} />;
  if (brought && !coming.isError) {
    return (
      <AuthCard title={t("logins.returning")}>
        <Loading>
          <Skeleton className="h-20 rounded-md" />
        </Loading>
      </AuthCard>
    );
  }
  const isOwner = mayBeLoggedIn();
  return (
    <AuthCard title={t(isOwner ? "error.title" : "logins.failed")}>
      {coming.isError ? (
        <ProviderProblem error={coming.error} />
      ) : (
        <Notice role="alert" tone="warn">
          {t("logins.login-attempt-over")}
        </Notice>
      )}
      <Link to={isOwner ? "/account" : "/login"} className={buttonClass("primary", "lg")}>
        {isOwner ? t("account.title") : t("logins.again")}
      </Link>
    </AuthCard>
  );
}
