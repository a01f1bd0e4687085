// One passkey: where it is kept, when it was used, its name, and taking it away.
import { useMutation } from "@tanstack/react-query";
import { KeyRound } from "lucide-react";
import { useState } from "react";
import { isProblem } from "../../shared/api/problem";
import { localZone } from "../../shared/lib/time";
import { Badge } from "../../shared/ui/Badge";
import { Button } from "../../shared/ui/Button";
import { Dialog } from "../../shared/ui/Dialog";
import { ErrorPanel } from "../../shared/ui/ErrorPanel";
import { When } from "../../shared/ui/When";
import { useT } from "../i18n/useT";
import { type Passkey, removePasskey } from "./passkeyCommands";
import { RenamePasskey } from "./RenamePasskey";
import { useStepUp } from "./useStepUp";

interface Props {
  readonly passkey: Passkey;
  /** Whether the password alone is enough without it. */
  readonly isLastFactor: boolean;
  readonly onChanged: () => Promise<void>;
}

export function PasskeyRow({ passkey, isLastFactor, onChanged }: Props) {
  const t = useT();
  const [asks, setAsks] = useState<"name" | "removal" | null>(null);
  const proof = useStepUp();
  const remove = useMutation({
    mutationFn: () => removePasskey(passkey.passkey_id),
    onError: (error) => proof.refused(error, () => remove.mutate()),
    onSuccess: onChanged,
  });
  const close = () => {
    remove.reset();
    setAsks(null);
  };
  const hasError = remove.isError && !isProblem(remove.error, "step-up-required");
  return (
    <li className="flex flex-wrap items-center justify-between gap-3 py-3">
      <div className="flex min-w-0 flex-1 basis-52 items-start gap-3">
        <KeyRound size={20} aria-hidden="true" className="mt-0.5 shrink-0 text-muted" />
        <div className="min-w-0 [&>span]:whitespace-normal">
          <p className="font-medium break-words">{passkey.name}</p>
          <p className="text-sm text-muted">
            {passkey.last_used_at ? (
              <>
                {t("passkeys.used")} <When at={passkey.last_used_at} zone={localZone()} />
              </>
            ) : (
              <>
                {t("passkeys.made")} <When at={passkey.created_at} zone={localZone()} />
              </>
            )}
          </p>
          <Badge tone={passkey.backed_up ? "success" : "neutral"}>
            {t(passkey.backed_up ? "passkeys.synced" : "passkeys.local")}
          </Badge>
        </div>
      </div>
      <div className="flex flex-wrap gap-2 max-sm:ms-8">
        <Button size="sm" onClick={() => setAsks("name")}>
          {t("passkeys.rename")}
        </Button>
        <Button size="sm" onClick={() => setAsks("removal")}>
          {t("passkeys.remove")}
        </Button>
      </div>
      <RenamePasskey
        key={passkey.name}
        passkey={passkey}
        isOpen={asks === "name"}
        onClose={close}
        onRenamed={onChanged}
      />
      <Dialog
        isOpen={asks === "removal"}
        title={t("passkeys.remove.title", { name: passkey.name })}
        onClose={close}
        actions={
          <>
            <Button onClick={close}>{t("action.cancel")}</Button>
            <Button tone="danger" isBusy={remove.isPending} onClick={() => remove.mutate()}>
              {t("passkeys.remove.submit")}
            </Button>
          </>
        }
      >
        <div className="flex flex-col gap-3">
          <p>{t("passkeys.remove.text")}</p>
          {isLastFactor && <p>{t("passkeys.remove.last")}</p>}
          {hasError && <ErrorPanel error={remove.error} />}
        </div>
      </Dialog>
      {proof.dialog}
    </li>
  );
}
