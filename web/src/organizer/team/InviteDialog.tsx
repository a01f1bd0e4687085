// Invites somebody by email, in a role that says what it means.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import type { Role } from "../../shared/account/account";
import { isProblem } from "../../shared/api/problem";
import { Button } from "../../shared/ui/Button";
import { Dialog } from "../../shared/ui/Dialog";
import { ErrorPanel } from "../../shared/ui/ErrorPanel";
import { TextField } from "../../shared/ui/TextField";
import { toast } from "../../shared/ui/toasts";
import { givableRoles } from "../desk/roles";
import { useStepUp } from "../desk/StepUp";
import { useDesk } from "../desk/useDesk";
import { useT } from "../i18n/useT";
import { invitationsQuery, invite } from "./queries";

interface Props {
  readonly organizationId: string;
  readonly onClose: () => void;
}

export function InviteDialog({ organizationId, onClose }: Props) {
  const t = useT();
  const guarded = useStepUp();
  const queries = useQueryClient();
  const { role: ownRole } = useDesk();
  const [email, setEmail] = useState("");
  const [role, setRole] = useState<Role>("manager");
  const [isWrong, setWrong] = useState(false);
  const isAddress = /^\S+@\S+\.\S+$/.test(email.trim());
  const send = useMutation({
    mutationFn: () => guarded(() => invite(organizationId, email.trim(), role)),
    onSuccess: () => {
      void queries.invalidateQueries(invitationsQuery(organizationId));
      toast(t("invite.sent", { email: email.trim() }), "success");
      onClose();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setWrong(!isAddress);
    if (isAddress) send.mutate();
  };
  const refused = isProblem(send.error, "validation") ? send.error.errors[0]?.detail : undefined;
  return (
    <Dialog isOpen title={t("team.invite")} onClose={onClose}>
      <form noValidate className="flex flex-col gap-5" onSubmit={submit}>
        <TextField
          label={t("invite.email")}
          type="email"
          autoComplete="off"
          maxLength={254}
          value={email}
          error={isWrong && !isAddress ? t("invite.fault") : refused}
          onChange={(event) => setEmail(event.target.value)}
        />
        <fieldset className="flex flex-col gap-2">
          <legend className="mb-1 font-semibold">{t("team.column.role")}</legend>
          {givableRoles(ownRole).map((one) => (
            <label key={one} className="flex min-h-11 items-start gap-3 rounded-sm p-1">
              <input
                type="radio"
                name="role"
                className="mt-0.5 size-5 shrink-0 accent-primary"
                checked={role === one}
                onChange={() => setRole(one)}
              />
              <span>
                <span className="block font-semibold">{t(`role.${one}`)}</span>
                <span className="text-sm text-muted">{t(`role.${one}.text`)}</span>
              </span>
            </label>
          ))}
        </fieldset>
        {send.isError && !refused && <ErrorPanel error={send.error} />}
        <Button type="submit" tone="primary" isBusy={send.isPending}>
          {t("invite.action")}
        </Button>
      </form>
    </Dialog>
  );
}
