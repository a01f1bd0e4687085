// Invites a device: what it is for, then the code that it scans.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { isProblem } from "../../shared/api/problem";
import type { EventView } from "../../shared/catalogue/queries";
import { serverNow } from "../../shared/lib/clock";
import { Button } from "../../shared/ui/Button";
import { Dialog } from "../../shared/ui/Dialog";
import { ErrorPanel } from "../../shared/ui/ErrorPanel";
import { SelectField } from "../../shared/ui/SelectField";
import { TextField } from "../../shared/ui/TextField";
import { useT } from "../i18n/useT";
import { DeviceCode } from "./DeviceCode";
import { bodyOf, endAfter, type InvitationForm } from "./invitation";
import { devicesQuery, inviteDevice } from "./queries";

interface Props {
  readonly event: EventView;
  readonly onClose: () => void;
}

const LEASES = [12, 24, 72, 168] as const;
const DAYS = ["1", "3", "7"] as const;

export function InviteDeviceDialog({ event, onClose }: Props) {
  const t = useT();
  const queries = useQueryClient();
  const [mayLastLonger] = useState(() => endAfter(event, serverNow()) !== null);
  const [form, setForm] = useState<InvitationForm>({
    label: "",
    gates: "",
    until: mayLastLonger ? "event" : "1",
    leaseHours: 24,
  });
  const [isMissing, setMissing] = useState(false);
  const change = (changes: Partial<InvitationForm>) => setForm({ ...form, ...changes });
  const invite = useMutation({
    mutationFn: () => inviteDevice(event.organization_id, bodyOf(form, event, serverNow())),
    onSuccess: () =>
      void queries.invalidateQueries(devicesQuery(event.organization_id, event.event_id)),
  });
  const submit = (submitted: FormEvent) => {
    submitted.preventDefault();
    setMissing(form.label.trim() === "");
    if (form.label.trim() !== "") invite.mutate();
  };
  const refused = (pointer: string) =>
    isProblem(invite.error, "validation")
      ? invite.error.errors.find((one) => one.pointer === pointer)?.detail
      : undefined;
  const isExplained = refused("/label") !== undefined || refused("/gates") !== undefined;
  if (invite.data) {
    return (
      <Dialog
        isOpen
        title={t("devices.code.title", { label: invite.data.label })}
        onClose={onClose}
      >
        <DeviceCode
          event={event}
          invited={invite.data}
          isRenewing={invite.isPending}
          onRenew={() => invite.mutate()}
          onClose={onClose}
        />
      </Dialog>
    );
  }
  return (
    <Dialog isOpen title={t("devices.invite")} onClose={onClose}>
      <form noValidate className="flex flex-col gap-5" onSubmit={submit}>
        <TextField
          label={t("devices.label")}
          hint={t("devices.label.hint")}
          maxLength={100}
          autoComplete="off"
          value={form.label}
          error={
            isMissing && form.label.trim() === "" ? t("edit.fault.required") : refused("/label")
          }
          onChange={(changed) => change({ label: changed.target.value })}
        />
        <TextField
          label={t("devices.gates")}
          hint={t("devices.gates.hint")}
          isOptional
          maxLength={500}
          autoComplete="off"
          value={form.gates}
          error={refused("/gates")}
          onChange={(changed) => change({ gates: changed.target.value })}
        />
        <SelectField
          label={t("devices.until")}
          value={form.until}
          onChange={(changed) => change({ until: changed.target.value as InvitationForm["until"] })}
        >
          {mayLastLonger && <option value="event">{t("devices.until.event")}</option>}
          {DAYS.map((days) => (
            <option key={days} value={days}>
              {t("devices.until.days", { count: Number(days) })}
            </option>
          ))}
        </SelectField>
        <SelectField
          label={t("devices.unused")}
          hint={t("devices.unused.hint")}
          value={form.leaseHours}
          onChange={(changed) => change({ leaseHours: Number(changed.target.value) })}
        >
          {LEASES.map((hours) => (
            <option key={hours} value={hours}>
              {t("devices.hours", { count: hours })}
            </option>
          ))}
        </SelectField>
        {invite.isError && !isExplained && <ErrorPanel error={invite.error} />}
        <Button type="submit" tone="primary" isBusy={invite.isPending}>
          {t("devices.code.show")}
        </Button>
      </form>
    </Dialog>
  );
}
