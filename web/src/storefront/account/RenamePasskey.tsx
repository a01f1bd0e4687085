// Calling a passkey by another name.
import { useMutation } from "@tanstack/react-query";
import { type SyntheticEvent, useId, useState } from "react";
import { Button } from "../../shared/ui/Button";
import { Dialog } from "../../shared/ui/Dialog";
import { ErrorPanel } from "../../shared/ui/ErrorPanel";
import { TextField } from "../../shared/ui/TextField";
import { useT } from "../i18n/useT";
import { wrongField } from "./fieldErrors";
import { type Passkey, renamePasskey } from "./passkeyCommands";

interface Props {
  readonly passkey: Passkey;
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly onRenamed: () => Promise<void>;
}

export function RenamePasskey({ passkey, isOpen, onClose, onRenamed }: Props) {
  const t = useT();
  const id = useId();
  const [name, setName] = useState(passkey.name);
  const rename = useMutation({
    mutationFn: () => renamePasskey({ passkey_id: passkey.passkey_id, name }),
    onSuccess: async () => {
      await onRenamed();
      onClose();
    },
  });
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    if (!rename.isPending) rename.mutate();
  };
  const isNameWrong = wrongField(rename.error, "name") !== undefined;
  return (
    <Dialog
      isOpen={isOpen}
      title={t("passkeys.rename.title")}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t("action.cancel")}</Button>
          <Button type="submit" form={id} tone="primary" isBusy={rename.isPending}>
            {t("account.save")}
          </Button>
        </>
      }
    >
      <form id={id} className="flex flex-col gap-4" onSubmit={submit}>
        {rename.isError && !isNameWrong && <ErrorPanel error={rename.error} />}
        <TextField
          required
          maxLength={60}
          label={t("passkeys.name")}
          error={isNameWrong ? t("passkeys.name.wrong") : undefined}
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
      </form>
    </Dialog>
  );
}
