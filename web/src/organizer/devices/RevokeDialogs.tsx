// Takes devices away, after saying what that does.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { EventView } from "../../shared/catalogue/queries";
import { Button } from "../../shared/ui/Button";
import { Dialog } from "../../shared/ui/Dialog";
import { ErrorPanel } from "../../shared/ui/ErrorPanel";
import { toast } from "../../shared/ui/toasts";
import { useT } from "../i18n/useT";
import { type Device, devicesQuery, revokeAll, revokeDevice } from "./queries";

interface OneProps {
  readonly event: EventView;
  readonly device: Device | null;
  readonly onClose: () => void;
}

export function RevokeDialog({ event, device, onClose }: OneProps) {
  const t = useT();
  const queries = useQueryClient();
  const { organization_id: organizationId, event_id: eventId } = event;
  const revoke = useMutation({
    mutationFn: (one: Device) => revokeDevice(organizationId, one.device_id),
    onSuccess: (_, one) => {
      toast(t("devices.revoked", { label: one.label }), "success");
      onClose();
    },
    onSettled: () => void queries.invalidateQueries(devicesQuery(organizationId, eventId)),
  });
  return (
    <Dialog
      isOpen={device !== null}
      title={t("devices.revoke.title", { label: device?.label ?? "" })}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t("action.cancel")}</Button>
          <Button
            tone="danger"
            isBusy={revoke.isPending}
            onClick={() => device && revoke.mutate(device)}
          >
            {t("devices.revoke")}
          </Button>
        </>
      }
    >
      <p>{t(device?.status === "INVITED" ? "devices.takeBack.text" : "devices.revoke.text")}</p>
      {revoke.isError && <ErrorPanel error={revoke.error} />}
    </Dialog>
  );
}

interface AllProps {
  readonly event: EventView;
  readonly count: number;
  readonly onClose: () => void;
}

export function RevokeAllDialog({ event, count, onClose }: AllProps) {
  const t = useT();
  const queries = useQueryClient();
  const { organization_id: organizationId, event_id: eventId } = event;
  const revoke = useMutation({
    mutationFn: () => revokeAll(organizationId, eventId),
    onSuccess: ({ revoked }) => {
      toast(t("devices.revokedAll", { count: revoked }), "success");
      onClose();
    },
    onSettled: () => void queries.invalidateQueries(devicesQuery(organizationId, eventId)),
  });
  return (
    <Dialog
      isOpen
      title={t("devices.revokeAll.title", { count })}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t("action.cancel")}</Button>
          <Button tone="danger" isBusy={revoke.isPending} onClick={() => revoke.mutate()}>
            {t("devices.revokeAll")}
          </Button>
        </>
      }
    >
      <p>{t("devices.revokeAll.text")}</p>
      {revoke.isError && <ErrorPanel error={revoke.error} />}
    </Dialog>
  );
}
