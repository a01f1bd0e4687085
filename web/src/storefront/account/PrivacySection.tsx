// One's data: take it along, or have it erased.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Download, Trash2 } from "lucide-react";
import { useState } from "react";
import { accountKey } from "../../shared/account/account";
import { isProblem } from "../../shared/api/problem";
import { Button } from "../../shared/ui/Button";
import { Dialog } from "../../shared/ui/Dialog";
import { ErrorPanel } from "../../shared/ui/ErrorPanel";
import { toast } from "../../shared/ui/toasts";
import { useT } from "../i18n/useT";
import { eraseAccount, requestExport } from "./commands";
import { Saved } from "./Saved";
import { Section } from "./Section";
import { useStepUp } from "./useStepUp";

export function PrivacySection() {
  const t = useT();
  const queries = useQueryClient();
  const proof = useStepUp();
  const [isAsking, setIsAsking] = useState(false);
  const collect = useMutation({
    mutationFn: requestExport,
    onError: (error) => proof.refused(error, () => collect.mutate()),
  });
  const erase = useMutation({
    mutationFn: eraseAccount,
    onError: (error) => {
      setIsAsking(false);
      proof.refused(error, () => erase.mutate());
    },
    onSuccess: () => {
      setIsAsking(false);
      toast(t("privacy.erased"), "success");
      queries.setQueryData(accountKey, null);
      queries.removeQueries({ queryKey: accountKey, predicate: (one) => one.queryKey.length > 1 });
    },
  });
  const error = [collect.error, erase.error].find(
    (one) => one && !isProblem(one, "step-up-required"),
  );
  return (
    <Section title={t("privacy.title")} lead={t("privacy.lead")}>
      {isProblem(error, "last-owner") ? (
        <ErrorPanel error={error} title={t("privacy.lastOwner")} />
      ) : (
        error && <ErrorPanel error={error} />
      )}
      <div className="flex flex-wrap items-center gap-3">
        <Button
          icon={<Download size={18} aria-hidden="true" />}
          isBusy={collect.isPending}
          onClick={() => collect.mutate()}
        >
          {t("privacy.export")}
        </Button>
        <Saved isShown={collect.isSuccess} text={t("privacy.export.sent")} />
      </div>
      <Button
        tone="quiet"
        className="-ms-4 self-start text-danger!"
        icon={<Trash2 size={18} aria-hidden="true" />}
        onClick={() => setIsAsking(true)}
      >
        {t("privacy.erase")}
      </Button>
      <Dialog
        isOpen={isAsking}
        title={t("privacy.erase.title")}
        onClose={() => setIsAsking(false)}
        actions={
          <>
            <Button onClick={() => setIsAsking(false)}>{t("action.cancel")}</Button>
            <Button tone="danger" isBusy={erase.isPending} onClick={() => erase.mutate()}>
              {t("privacy.erase")}
            </Button>
          </>
        }
      >
        <p>{t("privacy.erase.text")}</p>
      </Dialog>
      {proof.dialog}
    </Section>
  );
}
