// Asks for a link to choose a new password.
import { useMutation } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { MailCheck } from "lucide-react";
import { type SyntheticEvent, useState } from "react";
import { Button } from "../../shared/ui/Button";
import { ErrorPanel } from "../../shared/ui/ErrorPanel";
import { Notice } from "../../shared/ui/Notice";
import { TextField } from "../../shared/ui/TextField";
import { useT } from "../i18n/useT";
import { AuthCard } from "./AuthCard";
import { forgotPassword } from "./commands";
import { wrongField } from "./fieldErrors";

export function ForgotPage() {
  const t = useT();
  const [email, setEmail] = useState("");
  const asking = useMutation({ mutationFn: () => forgotPassword(email) });
  const wrong = wrongField(asking.error, "email") && t("contact.email.error");
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    if (!asking.isPending) asking.mutate();
  };
  return (
    <AuthCard title={t("auth.forgot.title")} lead={t("auth.forgot.lead")}>
      {asking.isSuccess ? (
        <Notice
          role="status"
          tone="success"
          icon={<MailCheck size={22} className="text-success" />}
        >
          {t("auth.forgot.sent", { email: email.trim() })}
        </Notice>
      ) : (
        <form className="flex flex-col gap-5" onSubmit={submit}>
          {asking.isError && !wrong && <ErrorPanel error={asking.error} />}
          <TextField
            required
            id="email"
            type="email"
            autoComplete="username"
            maxLength={254}
            label={t("contact.email")}
            error={wrong}
            value={email}
            onChange={(event) => setEmail(event.target.value)}
          />
          <Button type="submit" tone="primary" size="lg" isBusy={asking.isPending}>
            {t("auth.forgot.submit")}
          </Button>
        </form>
      )}
      <Link to="/login" className="link self-start">
        {t("auth.login.link")}
      </Link>
    </AuthCard>
  );
}
