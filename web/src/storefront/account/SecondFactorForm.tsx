// The second factor: a passkey, the code of the authenticator app, or a recovery code.
import { useMutation } from "@tanstack/react-query";
import { type SyntheticEvent, useState } from "react";
import { PasskeyButton } from "../../shared/account/PasskeyButton";
import { isProblem } from "../../shared/api/problem";
import { Button } from "../../shared/ui/Button";
import { ErrorPanel } from "../../shared/ui/ErrorPanel";
import { TextField } from "../../shared/ui/TextField";
import { useT } from "../i18n/useT";
import { AuthCard } from "./AuthCard";
import { proveSecondFactor } from "./commands";
import { secondFactorByPasskey } from "./passkeyCommands";

interface Props {
  readonly token: string;
  /** What the account has. */
  readonly factors: readonly string[];
  readonly onDone: () => Promise<void>;
  readonly onBack: () => void;
}

export function SecondFactorForm({ token, factors, onDone, onBack }: Props) {
  const t = useT();
  const [code, setCode] = useState("");
  const proof = useMutation({
    mutationFn: () => proveSecondFactor(token, code),
    onSuccess: onDone,
  });
  const shown = useMutation({
    mutationFn: () => secondFactorByPasskey(token),
    onSuccess: onDone,
  });
  const hasPasskey = factors.includes("passkey");
  const hasApp = factors.includes("totp");
  const isWrong =
    isProblem(proof.error, "invalid-credentials") || isProblem(proof.error, "validation");
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    shown.reset();
    if (!proof.isPending) proof.mutate();
  };
  return (
    <AuthCard title={t("auth.second.title")} lead={t("auth.second.lead")}>
      {shown.isError && <ErrorPanel error={shown.error} />}
      {hasPasskey && (
        <PasskeyButton
          tone="primary"
          label={t("passkey.use")}
          isBusy={shown.isPending}
          onClick={() => {
            proof.reset();
            shown.mutate();
          }}
        />
      )}
      <form className="flex flex-col gap-5" onSubmit={submit}>
        {proof.isError && !isWrong && <ErrorPanel error={proof.error} />}
        <TextField
          required
          id="code"
          inputMode="text"
          autoComplete="one-time-code"
          maxLength={64}
          label={t(hasApp ? "auth.second.code" : "auth.second.recovery")}
          hint={t(hasApp ? "auth.second.hint" : "auth.second.recovery.hint")}
          error={isWrong ? t("auth.second.wrong") : undefined}
          value={code}
          onChange={(event) => setCode(event.target.value)}
        />
        <Button
          type="submit"
          tone={hasPasskey ? "secondary" : "primary"}
          size="lg"
          isBusy={proof.isPending}
        >
          {t("auth.second.submit")}
        </Button>
        <Button tone="quiet" onClick={onBack}>
          {t("action.back")}
        </Button>
      </form>
    </AuthCard>
  );
}
