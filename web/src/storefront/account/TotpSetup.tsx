// Connects an authenticator app: scan or type the secret, prove it with a code, keep the recovery codes.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type SyntheticEvent, useState } from "react";
import { accountKey } from "../../shared/account/account";
import { isProblem } from "../../shared/api/problem";
import { Button } from "../../shared/ui/Button";
import { CopyField } from "../../shared/ui/CopyField";
import { ErrorPanel } from "../../shared/ui/ErrorPanel";
import { QrImage } from "../../shared/ui/QrImage";
import { TextField } from "../../shared/ui/TextField";
import { useT } from "../i18n/useT";
import { confirmTotp, type Totp } from "./commands";
import { RecoveryCodes } from "./RecoveryCodes";

interface Props {
  readonly totp: Totp;
  readonly onDone: () => void;
}

export function TotpSetup({ totp, onDone }: Props) {
  const t = useT();
  const queries = useQueryClient();
  const [code, setCode] = useState("");
  const confirm = useMutation({ mutationFn: () => confirmTotp(code) });
  if (confirm.data) {
    const finish = () => {
      onDone();
      void queries.invalidateQueries({ queryKey: accountKey });
    };
    const { recovery_codes: codes } = confirm.data;
    return <RecoveryCodes news={t("totp.done")} codes={codes} onKept={finish} />;
  }
  const isWrong =
    isProblem(confirm.error, "invalid-credentials") || isProblem(confirm.error, "validation");
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    if (!confirm.isPending) confirm.mutate();
  };
  return (
    <div className="flex flex-col gap-5 sm:flex-row">
      <QrImage text={totp.otpauth_url} label={t("totp.qr")} />
      <form className="flex min-w-0 flex-1 flex-col items-stretch gap-4" onSubmit={submit}>
        <p>{t("totp.scan")}</p>
        <CopyField label={t("totp.secret")} value={totp.secret} />
        <TextField
          required
          inputMode="numeric"
          autoComplete="one-time-code"
          maxLength={8}
          label={t("totp.code")}
          error={isWrong ? t("auth.second.wrong") : undefined}
          value={code}
          onChange={(event) => setCode(event.target.value)}
        />
        {confirm.isError && !isWrong && <ErrorPanel error={confirm.error} />}
        <Button type="submit" tone="primary" className="self-start" isBusy={confirm.isPending}>
          {t("totp.confirm")}
        </Button>
      </form>
    </div>
  );
}
