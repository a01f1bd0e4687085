// Invitations that nobody took up yet.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { localZone } from "../../shared/lib/time";
import { Button } from "../../shared/ui/Button";
import { ErrorPanel } from "../../shared/ui/ErrorPanel";
import { When } from "../../shared/ui/When";
import { useStepUp } from "../desk/StepUp";
import { useT } from "../i18n/useT";
import { type Invitation, invitationsQuery, revokeInvitation } from "./queries";

interface Props {
  readonly organizationId: string;
  readonly invitations: readonly Invitation[];
  readonly mayRevoke: boolean;
}

export function Invitations({ organizationId, invitations, mayRevoke }: Props) {
  const t = useT();
  const guarded = useStepUp();
  const queries = useQueryClient();
  const revoke = useMutation({
    mutationFn: (id: string) => guarded(() => revokeInvitation(organizationId, id)),
    onSettled: () => void queries.invalidateQueries(invitationsQuery(organizationId)),
  });
  return (
    <section className="card flex flex-col gap-3 p-5">
      <h2 className="text-lg font-bold">{t("invite.open")}</h2>
      {revoke.isError && <ErrorPanel error={revoke.error} />}
      <ul className="flex flex-col">
        {invitations.map((one) => (
          <li
            key={one.invitation_id}
            className="flex flex-wrap items-center justify-between gap-3 border-t border-border py-3"
          >
            <span className="min-w-0 [overflow-wrap:anywhere]">
              <span className="block font-semibold">{one.email ?? t("orders.erased")}</span>
              <span className="text-sm text-muted">
                {t(`role.${one.role}`)}, {t("invite.until")}{" "}
                <When at={one.expires_at} zone={localZone()} />
              </span>
            </span>
            {mayRevoke && (
              <Button
                size="sm"
                aria-label={t("invite.revoke.label", { email: one.email ?? "" })}
                isBusy={revoke.isPending && revoke.variables === one.invitation_id}
                onClick={() => revoke.mutate(one.invitation_id)}
              >
                {t("invite.revoke")}
              </Button>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
