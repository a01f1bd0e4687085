// Accounts elsewhere that open this one: which there are, linking another, taking one away.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link2 } from "lucide-react";
import { useState } from "react";
import {
  type LinkedLogin,
  linkedLoginsQuery,
  linkWith,
  providersQuery,
  unlink,
} from "../../shared/account/logins";
import { isProblem } from "../../shared/api/problem";
import { Button } from "../../shared/ui/Button";
import { Dialog } from "../../shared/ui/Dialog";
import { ErrorPanel } from "../../shared/ui/ErrorPanel";
import { Skeleton } from "../../shared/ui/Skeleton";
import { useT } from "../i18n/useT";
import { LoginRow } from "./LoginRow";
import { ProviderProblem } from "./ProviderProblem";
import { Section } from "./Section";
import { useStepUp } from "./useStepUp";

export function LoginsSection() {
  const t = useT();
  const queries = useQueryClient();
  const proof = useStepUp();
  const [leaving, setLeaving] = useState<LinkedLogin | null>(null);
  const linked = useQuery(linkedLoginsQuery);
  const providers = useQuery(providersQuery);
  const link = useMutation({
    mutationFn: linkWith,
    onError: (error, provider) => proof.refused(error, () => link.mutate(provider)),
  });
  const remove = useMutation({
    mutationFn: unlink,
    onError: (error, id) => proof.refused(error, () => remove.mutate(id)),
    onSuccess: () => queries.invalidateQueries({ queryKey: linkedLoginsQuery.queryKey }),
  });
  const open = providers.data?.filter(
    ({ name }) => !linked.data?.some(({ provider }) => provider === name),
  );
  if (!providers.data?.length && !linked.data?.length) return null;
  const error = [link.error, remove.error].find(
    (one) => one && !isProblem(one, "step-up-required"),
  );
  const name = (login: LinkedLogin | null) => login?.label ?? login?.provider ?? "";
  return (
    <Section title={t("logins.title")} lead={t("logins.lead")}>
      {linked.isPending && <Skeleton className="h-12" />}
      {linked.isError && <ErrorPanel error={linked.error} onRetry={() => void linked.refetch()} />}
      {error && <ProviderProblem error={error} />}
      {!!linked.data?.length && (
        <ul className="divide-y divide-border">
          {linked.data.map((login) => (
            <LoginRow
              key={login.identity_id}
              login={login}
              isBusy={remove.isPending && remove.variables === login.identity_id}
              onUnlink={() => setLeaving(login)}
            />
          ))}
        </ul>
      )}
      {linked.data && !!open?.length && (
        <div className="flex flex-wrap gap-3">
          {open.map(({ name: provider, label }) => (
            <Button
              key={provider}
              icon={<Link2 size={18} aria-hidden="true" />}
              isBusy={link.isPending && link.variables === provider}
              onClick={() => link.mutate(provider)}
            >
              {t("logins.link", { provider: label })}
            </Button>
          ))}
        </div>
      )}
      <Dialog
        isOpen={leaving !== null}
        title={t("logins.unlink.title", { provider: name(leaving) })}
        onClose={() => setLeaving(null)}
        actions={
          <>
            <Button onClick={() => setLeaving(null)}>{t("action.cancel")}</Button>
            <Button
              tone="danger"
              onClick={() => {
                if (leaving) remove.mutate(leaving.identity_id);
                setLeaving(null);
              }}
            >
              {t("logins.unlink")}
            </Button>
          </>
        }
      >
        <p>{t("logins.unlink.text", { provider: name(leaving) })}</p>
      </Dialog>
      {proof.dialog}
    </Section>
  );
}
