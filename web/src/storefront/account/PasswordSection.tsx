// Another password; other devices are logged out by it.
import { useMutation } from "@tanstack/react-query";
import { type SyntheticEvent, useState } from "react";
import { isProblem } from "../../shared/api/problem";
import { Button } from "../../shared/ui/Button";
import { ErrorPanel } from "../../shared/ui/ErrorPanel";
import { useT } from "../i18n/useT";
import { changePassword } from "./commands";
import { wrongField } from "./fieldErrors";
import { PasswordField } from "./PasswordField";
import { Saved } from "./Saved";
import { Section } from "./Section";

export function PasswordSection() {
  const t = useT();
  const [current, setCurrent] = useState("");
  const [password, setPassword] = useState("");
  const change = useMutation({
    mutationFn: () => changePassword(current, password),
    onSuccess: () => {
      setCurrent("");
      setPassword("");
    },
  });
  const weak = wrongField(change.error, "password") && t("auth.password.weak");
  const isWrong = isProblem(change.error, "invalid-credentials");
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    if (!change.isPending) change.mutate();
  };
  return (
    <Section title={t("auth.password")}>
      <form className="flex flex-col gap-4" onSubmit={submit}>
        <PasswordField
          label={t("account.password.current")}
          error={isWrong ? t("account.password.wrong") : undefined}
          value={current}
          onChange={setCurrent}
        />
        <PasswordField
          isNew
          label={t("auth.password.new")}
          error={weak}
          value={password}
          onChange={setPassword}
        />
        {change.isError && !weak && !isWrong && <ErrorPanel error={change.error} />}
        <div className="flex flex-wrap items-center gap-3">
          <Button type="submit" isBusy={change.isPending}>
            {t("account.password.submit")}
          </Button>
          <Saved isShown={change.isSuccess} />
        </div>
      </form>
    </Section>
  );
}
