// The end of the mail that proves the address of a log-in elsewhere. Nothing happens before a press.
import { useMutation } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Button } from "../../shared/ui/Button";
import { buttonClass } from "../../shared/ui/buttonClass";
import { Notice } from "../../shared/ui/Notice";
import { useT } from "../i18n/useT";
import { AuthCard } from "./AuthCard";
import { ProviderOutcome } from "./ProviderOutcome";
import { ProviderProblem } from "./ProviderProblem";
import { confirmLogin } from "./providerReturn";
import { useMailToken } from "./useMailToken";

export function ConfirmLoginPage() {
  const t = useT();
  const token = useMailToken("login-confirm");
  const using = useMutation({ mutationFn: () => confirmLogin(token ?? "") });
  if (using.data) return <ProviderOutcome answer={using.data} />;
  return (
    <AuthCard
      title={t("logins.confirm.title")}
      {...(token !== null && { lead: t("logins.confirm.lead") })}
    >
      {using.isError && <ProviderProblem error={using.error} />}
      {token === null ? (
        <>
          <Notice role="alert" tone="warn">
            {t("auth.token.dead")}
          </Notice>
          <Link to="/login" className={buttonClass("secondary")}>
            {t("logins.again")}
          </Link>
        </>
      ) : (
        <Button tone="primary" size="lg" isBusy={using.isPending} onClick={() => using.mutate()}>
          {t("logins.confirm.submit")}
        </Button>
      )}
    </AuthCard>
  );
}
