// Asks for the password once more.
import { useMutation, useQuery } from "@tanstack/react-query";
import { type SyntheticEvent, useId, useState } from "react";
import { accountQuery } from "../../shared/account/account";
import { ProviderProof } from "../../shared/account/ProviderProof";
import { isProblem } from "../../shared/api/problem";
import { Button } from "../../shared/ui/Button";
import { Dialog } from "../../shared/ui/Dialog";
import { ErrorPanel } from "../../shared/ui/ErrorPanel";
import { useT } from "../i18n/useT";
import { stepUp } from "./commands";
import { PasswordField } from "./PasswordField";

interface Props {
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly onProved: () => void;
}

export function StepUpDialog({ isOpen, onClose, onProved }: Props) {
  const t = useT();
  const id = useId();
  const account = useQuery(accountQuery);
  const hasPassword = account.data?.has_password ?? true;
  const hasFactor = (account.data?.second_factors.length ?? 0) > 0;
  const [password, setPassword] = useState("");
  const proof = useMutation({
    mutationFn: () => stepUp(password),
    onSuccess: () => {
      setPassword("");
      onProved();
    },
  });
  const isWrong = isProblem(proof.error, "invalid-credentials");
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    if (!proof.isPending) proof.mutate();
  };
  return (
    <Dialog
      isOpen={isOpen}
      title={t("auth.stepup.title")}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t("action.cancel")}</Button>
          {hasPassword && (
            <Button type="submit" form={id} tone="primary" isBusy={proof.isPending}>
              {t("auth.stepup.submit")}
            </Button>
          )}
        </>
      }
    >
      <form id={id} className="flex flex-col gap-4" onSubmit={submit}>
        <p>{t(hasPassword ? "auth.stepup.lead" : "proof.lead.provider")}</p>
        {isOpen && !hasFactor && <ProviderProof />}
        {hasPassword && (
          <PasswordField
            label={t("auth.password")}
            error={isWrong ? t("account.password.wrong") : undefined}
            value={password}
            onChange={setPassword}
          />
        )}
        {proof.isError && !isWrong && <ErrorPanel error={proof.error} />}
      </form>
    </Dialog>
  );
}
