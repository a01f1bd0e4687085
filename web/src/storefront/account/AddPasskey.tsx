// Adding a passkey: what it means, how to call it, and then the browser asks.
import { useMutation } from "@tanstack/react-query";
import { type SyntheticEvent, useId, useState } from "react";
import { deviceName } from "../../shared/account/device";
import { isProblem } from "../../shared/api/problem";
import { Button } from "../../shared/ui/Button";
import { Dialog } from "../../shared/ui/Dialog";
import { ErrorPanel } from "../../shared/ui/ErrorPanel";
import { TextField } from "../../shared/ui/TextField";
import { useT } from "../i18n/useT";
import { wrongField } from "./fieldErrors";
import { addPasskey } from "./passkeyCommands";
import { useStepUp } from "./useStepUp";

interface Props {
  readonly isOpen: boolean;
  /** Whether the password alone was enough until now. */
  readonly isFirstFactor: boolean;
  readonly onClose: () => void;
  readonly onAdded: (recoveryCodes: readonly string[] | null) => void;
}

const LONGEST = 60;

export function AddPasskey({ isOpen, isFirstFactor, onClose, onAdded }: Props) {
  const t = useT();
  const id = useId();
  const proof = useStepUp();
  const [name, setName] = useState(() => deviceName(navigator.userAgent).slice(0, LONGEST));
  const add = useMutation({
    mutationFn: () => addPasskey(name),
    onError: (error) => proof.refused(error, () => add.mutate()),
    onSuccess: (answer) => onAdded(answer.recovery_codes ?? null),
  });
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    if (!add.isPending) add.mutate();
  };
  const close = () => {
    add.reset();
    onClose();
  };
  const isNameWrong = wrongField(add.error, "name") !== undefined;
  const hasError = add.isError && !isNameWrong && !isProblem(add.error, "step-up-required");
  return (
    <>
      <Dialog
        isOpen={isOpen}
        title={t("passkeys.add")}
        onClose={close}
        actions={
          <>
            <Button onClick={close}>{t("action.cancel")}</Button>
            <Button type="submit" form={id} tone="primary" isBusy={add.isPending}>
              {t("passkeys.add.submit")}
            </Button>
          </>
        }
      >
        <form id={id} className="flex flex-col gap-4" onSubmit={submit}>
          <p>{t("passkeys.add.text")}</p>
          {isFirstFactor && <p>{t("passkeys.add.first")}</p>}
          {hasError && <ErrorPanel error={add.error} />}
          <TextField
            required
            maxLength={LONGEST}
            label={t("passkeys.name")}
            hint={t("passkeys.name.hint")}
            error={isNameWrong ? t("passkeys.name.wrong") : undefined}
            value={name}
            onChange={(event) => setName(event.target.value)}
          />
        </form>
      </Dialog>
      {proof.dialog}
    </>
  );
}
