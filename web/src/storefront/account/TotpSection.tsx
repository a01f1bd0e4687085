// The second factor: an authenticator app.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { ShieldCheck } from "lucide-react";
import { accountKey } from "../../shared/account/account";
import { Badge } from "../../shared/ui/Badge";
import { Button } from "../../shared/ui/Button";
import { ErrorPanel } from "../../shared/ui/ErrorPanel";
import { useT } from "../i18n/useT";
import { beginTotp, removeTotp } from "./commands";
import { Section } from "./Section";
import { TotpSetup } from "./TotpSetup";
import { useStepUp } from "./useStepUp";

export function TotpSection({ hasTotp }: { readonly hasTotp: boolean }) {
  const t = useT();
  const queries = useQueryClient();
  const proof = useStepUp();
  const begin = useMutation({
    mutationFn: beginTotp,
    onError: (error) => proof.refused(error, () => begin.mutate()),
  });
  const remove = useMutation({
    mutationFn: removeTotp,
    onError: (error) => proof.refused(error, () => remove.mutate()),
    onSuccess: () => {
      begin.reset();
      return queries.invalidateQueries({ queryKey: accountKey });
    },
  });
  const error = [begin.error, remove.error].find(
    (one) => one && !("code" in one && one.code === "step-up-required"),
  );
  return (
    <Section title={t("totp.title")} lead={t("totp.lead")}>
      {error && <ErrorPanel error={error} />}
      {begin.data ? (
        <TotpSetup totp={begin.data} onDone={() => begin.reset()} />
      ) : hasTotp ? (
        <div className="flex flex-wrap items-center gap-3">
          <Badge tone="success">
            <ShieldCheck size={14} aria-hidden="true" />
            {t("totp.on")}
          </Badge>
          <Button tone="quiet" isBusy={remove.isPending} onClick={() => remove.mutate()}>
            {t("totp.remove")}
          </Button>
        </div>
      ) : (
        <Button className="self-start" isBusy={begin.isPending} onClick={() => begin.mutate()}>
          {t("totp.begin")}
        </Button>
      )}
      {proof.dialog}
    </Section>
  );
}
