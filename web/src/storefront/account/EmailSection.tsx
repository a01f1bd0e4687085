// Another address: it counts when the link that is sent there has been used.
import { useMutation } from "@tanstack/react-query";
import { type SyntheticEvent, useState } from "react";
import { isProblem } from "../../shared/api/problem";
import { Button } from "../../shared/ui/Button";
import { ErrorPanel } from "../../shared/ui/ErrorPanel";
import { TextField } from "../../shared/ui/TextField";
import { useT } from "../i18n/useT";
import { changeEmail } from "./commands";
import { wrongField } from "./fieldErrors";
import { PasswordField } from "./PasswordField";
import { Saved } from "./Saved";
import { Section } from "./Section";

interface Props {
  readonly email: string;
  readonly hasPassword: boolean;
}

export function EmailSection({ email: known, hasPassword }: Props) {
  const t = useT();
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const change = useMutation({
    mutationFn: () => changeEmail(email, password),
    onSuccess: () => setPassword(""),
  });
  const wrong = wrongField(change.error, "email") && t("contact.email.error");
  const isWrongPassword = isProblem(change.error, "invalid-credentials");
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    if (!change.isPending) change.mutate();
  };
  if (!hasPassword) {
    return (
      <Section title={t("contact.email")} lead={known}>
        <p className="text-sm text-muted">{t("logins.noPassword.email")}</p>
      </Section>
    );
  }
  return (
    <Section title={t("contact.email")} lead={known}>
      <form className="flex flex-col gap-4" onSubmit={submit}>
        <TextField
          required
          type="email"
          autoComplete="email"
          maxLength={254}
          label={t("account.email.new")}
          error={wrong}
          value={email}
          onChange={(event) => setEmail(event.target.value)}
        />
        <PasswordField
          label={t("auth.password")}
          error={isWrongPassword ? t("account.password.wrong") : undefined}
          value={password}
          onChange={setPassword}
        />
        {change.isError && !wrong && !isWrongPassword && <ErrorPanel error={change.error} />}
        <div className="flex flex-wrap items-center gap-3">
          <Button type="submit" isBusy={change.isPending}>
            {t("account.email.submit")}
          </Button>
          <Saved isShown={change.isSuccess} text={t("account.email.sent")} />
        </div>
      </form>
    </Section>
  );
}
