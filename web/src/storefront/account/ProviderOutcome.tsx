// What came of a log-in elsewhere: the way on, a code, or a mail to look for.
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { MailCheck } from "lucide-react";
import { useEffect } from "react";
import { accountKey } from "../../shared/account/account";
import { Notice } from "../../shared/ui/Notice";
import { toast } from "../../shared/ui/toasts";
import { useT } from "../i18n/useT";
import { AuthCard } from "./AuthCard";
import { leaveTo } from "./leaveTo";
import type { ProviderAnswer } from "./providerReturn";
import { SecondFactorForm } from "./SecondFactorForm";

export function ProviderOutcome({ answer }: { readonly answer: ProviderAnswer }) {
  const t = useT();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const { outcome, return_to, second_factor_token, second_factors } = answer;
  const next = return_to ?? undefined;
  useEffect(() => {
    if (outcome === "logged_in") leaveTo(next);
    if (outcome !== "linked" && outcome !== "proved") return;
    void queries.invalidateQueries({ queryKey: accountKey });
    if (next && next !== "/account") {
      leaveTo(next);
      return;
    }
    toast(t(`logins.${outcome}`), "success");
    void navigate({ to: "/account", replace: true });
  }, [outcome, next, queries, navigate, t]);
  if (outcome === "second_factor_required" && second_factor_token) {
    return (
      <SecondFactorForm
        token={second_factor_token}
        factors={second_factors ?? []}
        onDone={async () => leaveTo(next)}
        onBack={() => void navigate({ to: "/login" })}
      />
    );
  }
  if (outcome === "check_mail") {
    return (
      <AuthCard title={t("auth.sent.title")}>
        <Notice
          role="status"
          tone="success"
          icon={<MailCheck size={22} className="text-success" />}
        >
          {t("logins.checkMail")}
        </Notice>
      </AuthCard>
    );
  }
  return null;
}
