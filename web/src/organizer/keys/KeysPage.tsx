// API keys: for programs of the organisation. A new one is shown once.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { KeyRound, Plus } from "lucide-react";
import { useState } from "react";
import { localZone } from "../../shared/lib/time";
import { Badge } from "../../shared/ui/Badge";
import { Button } from "../../shared/ui/Button";
import { Dialog } from "../../shared/ui/Dialog";
import { EmptyState } from "../../shared/ui/EmptyState";
import { ErrorPanel } from "../../shared/ui/ErrorPanel";
import { Loading } from "../../shared/ui/Loading";
import { PageHeading } from "../../shared/ui/PageHeading";
import { Skeleton } from "../../shared/ui/Skeleton";
import { When } from "../../shared/ui/When";
import { ForbiddenPage } from "../desk/ForbiddenPage";
import { useStepUp } from "../desk/StepUp";
import { useDesk } from "../desk/useDesk";
import { WelcomePage } from "../desk/WelcomePage";
import { useT } from "../i18n/useT";
import { CELL, HEAD, ROW, TABLE } from "../kit/table";
import { NewKeyDialog } from "./NewKeyDialog";
import { type ApiKey, keysQuery, revokeKey } from "./queries";
import { isScope } from "./scopes";

export function KeysPage() {
  const t = useT();
  const { organizationId, may } = useDesk();
  if (!organizationId) return <WelcomePage />;
  if (!may("keys")) return <ForbiddenPage title={t("keys.title")} />;
  return <Keys organizationId={organizationId} />;
}

function Keys({ organizationId }: { readonly organizationId: string }) {
  const t = useT();
  const [isNew, setNew] = useState(false);
  const keys = useQuery(keysQuery(organizationId));
  return (
    <div className="flex flex-col gap-6">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <PageHeading title={t("keys.title")} />
        <Button
          tone="primary"
          icon={<Plus size={18} aria-hidden="true" />}
          onClick={() => setNew(true)}
        >
          {t("keys.create")}
        </Button>
      </div>
      <p className="text-muted">{t("keys.text")}</p>
      {keys.isPending && (
        <Loading>
          <Skeleton className="h-40 w-full" />
        </Loading>
      )}
      {keys.isError && <ErrorPanel error={keys.error} onRetry={() => void keys.refetch()} />}
      {keys.data?.length === 0 && (
        <EmptyState icon={<KeyRound size={28} />} title={t("keys.empty")} />
      )}
      {keys.data && keys.data.length > 0 && (
        <KeyTable organizationId={organizationId} keys={keys.data} />
      )}
      {isNew && <NewKeyDialog organizationId={organizationId} onClose={() => setNew(false)} />}
    </div>
  );
}

interface TableProps {
  readonly organizationId: string;
  readonly keys: readonly ApiKey[];
}

function KeyTable({ organizationId, keys }: TableProps) {
  const t = useT();
  const guarded = useStepUp();
  const queries = useQueryClient();
  const [revoking, setRevoking] = useState<ApiKey | null>(null);
  const revoke = useMutation({
    mutationFn: (key: ApiKey) => guarded(() => revokeKey(organizationId, key.api_key_id)),
    onSuccess: () => setRevoking(null),
    onSettled: () => void queries.invalidateQueries(keysQuery(organizationId)),
  });
  return (
    <>
      <div className="card overflow-x-auto">
        <table className={TABLE}>
          <caption className="sr-only">{t("keys.title")}</caption>
          <thead className={HEAD}>
            <tr>
              <th scope="col">{t("keys.label")}</th>
              <th scope="col">{t("keys.created")}</th>
              <th scope="col">{t("keys.used")}</th>
              <th scope="col">{t("keys.expires")}</th>
              <th scope="col">
                <span className="sr-only">{t("team.column.actions")}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {keys.map((key) => (
              <tr key={key.api_key_id} className={ROW}>
                <th scope="row" className={`${CELL} text-start`}>
                  <span className="min-w-0 [overflow-wrap:anywhere]">
                    <bdi className="block font-semibold">{key.label}</bdi>
                    {key.prefix && (
                      <span className="block font-mono font-normal text-muted">{key.prefix}</span>
                    )}
                    {key.scopes && (
                      <span className="block font-normal text-muted">
                        {key.scopes
                          .map((scope) => (isScope(scope) ? t(`keys.scope.${scope}`) : scope))
                          .join(", ")}
                      </span>
                    )}
                  </span>
                </th>
                <td className={CELL} data-label={t("keys.created")}>
                  <When at={key.created_at} zone={localZone()} />
                </td>
                <td className={CELL} data-label={t("keys.used")}>
                  {key.last_used_at ? (
                    <When at={key.last_used_at} zone={localZone()} />
                  ) : (
                    t("state.never")
                  )}
                </td>
                <td className={CELL} data-label={t("keys.expires")}>
                  {key.expires_at ? (
                    <When at={key.expires_at} zone={localZone()} />
                  ) : (
                    t("state.never")
                  )}
                </td>
                <td className={`${CELL} sm:text-end`}>
                  {key.revoked_at ? (
                    <Badge tone="danger">{t("keys.revoked")}</Badge>
                  ) : (
                    <Button
                      size="sm"
                      tone="quiet"
                      className="text-danger! max-sm:-ms-3"
                      aria-label={t("keys.revoke.label", { label: key.label })}
                      onClick={() => setRevoking(key)}
                    >
                      {t("keys.revoke")}
                    </Button>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <Dialog
        isOpen={revoking !== null}
        title={t("keys.revoke.title", { label: revoking?.label ?? "" })}
        onClose={() => setRevoking(null)}
        actions={
          <>
            <Button onClick={() => setRevoking(null)}>{t("action.cancel")}</Button>
            <Button
              tone="danger"
              isBusy={revoke.isPending}
              onClick={() => revoking && revoke.mutate(revoking)}
            >
              {t("keys.revoke")}
            </Button>
          </>
        }
      >
        <p>{t("keys.revoke.text")}</p>
        {revoke.isError && <ErrorPanel error={revoke.error} />}
      </Dialog>
    </>
  );
}
