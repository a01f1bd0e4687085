// Asks again who is there: by passkey, by a code, or by the password where there is no second factor.
import { useMutation } from "@tanstack/react-query";
import { type SyntheticEvent, useState } from "react";
import { isProblem } from "../api/problem";
import { useT } from "../i18n/useT";
import { Button } from "../ui/Button";
import { ErrorPanel } from "../ui/ErrorPanel";
import { TextField } from "../ui/TextField";
import { PasskeyButton } from "./PasskeyButton";
import { ProviderProof } from "./ProviderProof";
import { proveByCode, proveByPasskey, proveByPassword } from "./proofs";

interface Props {
  readonly hasPassword: boolean;
  /** The second factors of the account. */
  readonly factors: readonly string[];
  readonly submitLabel: string;
  readonly onProved: () => void;
}

const LONGEST = 128;

export function StepUpForm({ hasPassword, factors, submitLabel, onProved }: Props) {
  const t = useT();
  const [secret, setSecret] = useState("");
  const hasFactor = factors.length > 0;
  const hasPasskey = factors.includes("passkey");
  const typed = useMutation({
    mutationFn: () => (hasFactor ? proveByCode(secret) : proveByPassword(secret)),
    onSuccess: onProved,
  });
  const shown = useMutation({ mutationFn: proveByPasskey, onSuccess: onProved });
  const isWrong =
    isProblem(typed.error, "invalid-credentials") || isProblem(typed.error, "validation");
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    shown.reset();
    if (!typed.isPending) typed.mutate();
  };
  const error = shown.error ?? (isWrong ? null : typed.error);
  return (
    <div className="flex flex-col gap-4">
      <p className="text-muted">{t(lead(hasFactor, hasPasskey, hasPassword))}</p>
      {error && <ErrorPanel error={error} />}
      {hasPasskey && (
        <PasskeyButton
          tone="primary"
          label={t("passkey.use")}
          isBusy={shown.isPending}
          onClick={() => {
            typed.reset();
            shown.mutate();
          }}
        />
      )}
      {!hasFactor && <ProviderProof />}
      {(hasFactor || hasPassword) && (
        <form className="flex flex-col gap-4" onSubmit={submit}>
          <TextField
            required
            label={t(hasFactor ? "proof.code" : "proof.password")}
            hint={
              hasFactor
                ? t(factors.includes("totp") ? "proof.hint" : "proof.hint.recovery")
                : undefined
            }
            type={hasFactor ? "text" : "password"}
            autoComplete={hasFactor ? "one-time-code" : "current-password"}
            maxLength={LONGEST}
            error={isWrong ? t(hasFactor ? "proof.code.wrong" : "proof.password.wrong") : undefined}
            value={secret}
            onChange={(event) => setSecret(event.target.value)}
          />
          <Button
            type="submit"
            tone={hasPasskey ? "secondary" : "primary"}
            className="self-end"
            isBusy={typed.isPending}
          >
            {submitLabel}
          </Button>
        </form>
      )}
    </div>
  );
}

function lead(hasFactor: boolean, hasPasskey: boolean, hasPassword: boolean) {
  if (hasPasskey) return "proof.lead.passkey";
  if (hasFactor) return "proof.lead.code";
  return hasPassword ? "proof.lead.password" : "proof.lead.provider";
}
