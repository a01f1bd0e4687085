// The code of the authenticator app, or a recovery code.
import { useMutation } from "@tanstack/react-query";
import { type SyntheticEvent, useState } from "react";
import { isProblem } from "../../shared/api/problem";
import { Button } from "../../shared/ui/Button";
import { ErrorPanel } from "../../shared/ui/ErrorPanel";
import { TextField } from "../../shared/ui/TextField";
import { useT } from "../i18n/useT";
import { AuthCard } from "./AuthCard";
import { proveSecondFactor } from "./commands";

interface Props {
  readonly token: string;
  readonly onDone: () => Promise<void>;
  readonly onBack: () => void;
}

export function SecondFactorForm({ token, onDone, onBack }: Props) {
  const t = useT();
  const [code, setCode] = useState("");
  const proof = useMutation({
    mutationFn: () => proveSecondFactor(token, code),
    onSuccess: onDone,
  });
  const isWrong =
    isProblem(proof.error, "invalid-credentials") || isProblem(proof.error, "validation");
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    if (!proof.isPending) proof.mutate();
  };
  return (
    <AuthCard title={t("auth.second.title")} lead={t("auth.second.lead")}>
      <form className="flex flex-col gap-5" onSubmit={submit}>
        {proof.isError && !isWrong && <ErrorPanel error={proof.error} />}
        <TextField
          required
          id="code"
          inputMode="text"
          autoComplete="one-time-code"
          maxLength={64}
          label={t("auth.second.code")}
          hint={t("auth.second.hint")}
          error={isWrong ? t("auth.second.wrong") : undefined}
          value={code}
          onChange={(event) => setCode(event.target.value)}
        />
        <Button type="submit" tone="primary" size="lg" isBusy={proof.isPending}>
          {t("auth.second.submit")}
        </Button>
        <Button tone="quiet" onClick={onBack}>
          {t("action.back")}
        </Button>
      </form>
    </AuthCard>
  );
}
