// A new password, with the link of a mail.
import { useMutation } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type SyntheticEvent, useState } from "react";
import { isProblem } from "../../shared/api/problem";
import { Button } from "../../shared/ui/Button";
import { buttonClass } from "../../shared/ui/buttonClass";
import { ErrorPanel } from "../../shared/ui/ErrorPanel";
import { Notice } from "../../shared/ui/Notice";
import { useT } from "../i18n/useT";
import { AuthCard } from "./AuthCard";
import { resetPassword } from "./commands";
import { wrongField } from "./fieldErrors";
import { PasswordField } from "./PasswordField";
import { useMailToken } from "./useMailToken";

export function ResetPage() {
  const t = useT();
  const token = useMailToken("reset");
  const [password, setPassword] = useState("");
  const reset = useMutation({ mutationFn: () => resetPassword(token ?? "", password) });
  const wrong = wrongField(reset.error, "password") && t("auth.password.weak");
  const isDead =
    token === null || (isProblem(reset.error) && [404, 410].includes(reset.error.status));
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    if (!reset.isPending) reset.mutate();
  };
  return (
    <AuthCard title={t("auth.reset.title")}>
      {reset.isSuccess ? (
        <>
          <Notice role="status" tone="success">
            {t("auth.reset.done")}
          </Notice>
          <Link to="/login" className={buttonClass("primary", "lg")}>
            {t("auth.login.submit")}
          </Link>
        </>
      ) : isDead ? (
        <>
          <Notice role="alert" tone="warn">
            {t("auth.token.dead")}
          </Notice>
          <Link to="/forgot" className={buttonClass("primary", "lg")}>
            {t("auth.forgot.again")}
          </Link>
        </>
      ) : (
        <form className="flex flex-col gap-5" onSubmit={submit}>
          {reset.isError && !wrong && <ErrorPanel error={reset.error} />}
          <PasswordField
            isNew
            label={t("auth.password.new")}
            error={wrong}
            value={password}
            onChange={setPassword}
          />
          <Button type="submit" tone="primary" size="lg" isBusy={reset.isPending}>
            {t("auth.reset.submit")}
          </Button>
        </form>
      )}
    </AuthCard>
  );
}
