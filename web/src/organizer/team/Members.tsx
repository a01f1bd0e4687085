// The members; roles are changed in place, removing asks first.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { ROLES, type Role } from "../../shared/account/account";
import { localZone } from "../../shared/lib/time";
import { Badge } from "../../shared/ui/Badge";
import { Button } from "../../shared/ui/Button";
import { Dialog } from "../../shared/ui/Dialog";
import { ErrorPanel } from "../../shared/ui/ErrorPanel";
import { When } from "../../shared/ui/When";
import { givableRoles } from "../desk/roles";
import { useStepUp } from "../desk/StepUp";
import { useDesk } from "../desk/useDesk";
import { useT } from "../i18n/useT";
import { CELL, HEAD, ROW, TABLE } from "../kit/table";
import { changeRole, type Member, membersQuery, removeMember } from "./queries";

interface Props {
  readonly organizationId: string;
  readonly members: readonly Member[];
}

export function Members({ organizationId, members }: Props) {
  const t = useT();
  const guarded = useStepUp();
  const queries = useQueryClient();
  const { account, role: ownRole, may } = useDesk();
  const [leaving, setLeaving] = useState<Member | null>(null);
  const refresh = () => void queries.invalidateQueries(membersQuery(organizationId));
  const change = useMutation({
    mutationFn: ({ member, role }: { member: Member; role: Role }) =>
      guarded(() => changeRole(organizationId, member.account_id, role)),
    onSettled: refresh,
  });
  const remove = useMutation({
    mutationFn: (member: Member) => guarded(() => removeMember(organizationId, member.account_id)),
    onSuccess: () => setLeaving(null),
    onSettled: refresh,
  });
  const givable = may("invite") ? givableRoles(ownRole) : [];
  const nameOf = (member: Member) => member.name ?? member.email ?? member.account_id.slice(-8);
  return (
    <>
      {change.isError && <ErrorPanel error={change.error} />}
      <div className="card overflow-x-auto">
        <table className={TABLE}>
          <caption className="sr-only">{t("team.members")}</caption>
          <thead className={HEAD}>
            <tr>
              <th scope="col">{t("team.column.person")}</th>
              <th scope="col">{t("team.column.role")}</th>
              <th scope="col">{t("team.column.since")}</th>
              <th scope="col">
                <span className="sr-only">{t("team.column.actions")}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {members.map((member) => {
              const isMe = member.account_id === account.account_id;
              const isChangeable = givable.includes(member.role) && !isMe;
              return (
                <tr key={member.account_id} className={ROW}>
                  <th scope="row" className={`${CELL} text-start`}>
                    <span className="min-w-0 [overflow-wrap:anywhere]">
                      <span className="block font-semibold">
                        <bdi>{nameOf(member)}</bdi> {isMe && <Badge>{t("team.me")}</Badge>}
                      </span>
                      {member.name && (
                        <span className="font-normal text-muted">{member.email}</span>
                      )}
                    </span>
                  </th>
                  <td className={CELL} data-label={t("team.column.role")}>
                    {isChangeable ? (
                      <select
                        aria-label={t("team.role.label", { name: nameOf(member) })}
                        className="control w-auto py-1 text-sm"
                        value={member.role}
                        disabled={change.isPending}
                        onChange={(chosen) => {
                          const role = ROLES.find((one) => one === chosen.target.value);
                          if (role) change.mutate({ member, role });
                        }}
                      >
                        {givable.map((role) => (
                          <option key={role} value={role}>
                            {t(`role.${role}`)}
                          </option>
                        ))}
                      </select>
                    ) : (
                      t(`role.${member.role}`)
                    )}
                  </td>
                  <td className={CELL} data-label={t("team.column.since")}>
                    <When at={member.since} zone={localZone()} style="date" />
                  </td>
                  <td className={`${CELL} sm:text-end`}>
                    {(isChangeable || isMe) && (
                      <Button
                        size="sm"
                        tone="quiet"
                        className="text-danger! max-sm:-ms-3"
                        aria-label={t(isMe ? "team.leave.label" : "team.remove.label", {
                          name: nameOf(member),
                        })}
                        onClick={() => setLeaving(member)}
                      >
                        {t(isMe ? "team.leave" : "team.remove")}
                      </Button>
                    )}
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
      <Dialog
        isOpen={leaving !== null}
        title={t("team.remove.title", { name: leaving ? nameOf(leaving) : "" })}
        onClose={() => setLeaving(null)}
        actions={
          <>
            <Button onClick={() => setLeaving(null)}>{t("action.cancel")}</Button>
            <Button
              tone="danger"
              isBusy={remove.isPending}
              onClick={() => leaving && remove.mutate(leaving)}
            >
              {t("team.remove")}
            </Button>
          </>
        }
      >
        <p>{t("team.remove.text")}</p>
        {remove.isError && <ErrorPanel error={remove.error} />}
      </Dialog>
    </>
  );
}
