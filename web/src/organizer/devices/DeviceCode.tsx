// The code of an invitation as a QR code, for as long as it lasts, and the news that it was taken up.
import { useQuery } from "@tanstack/react-query";
import { CircleCheck, Clock } from "lucide-react";
import type { EventView } from "../../shared/catalogue/queries";
import { formatCountdown } from "../../shared/lib/time";
import { useNow } from "../../shared/lib/useNow";
import { Button } from "../../shared/ui/Button";
import { CopyField } from "../../shared/ui/CopyField";
import { Notice } from "../../shared/ui/Notice";
import { QrImage } from "../../shared/ui/QrImage";
import { useT } from "../i18n/useT";
import { devicesQuery, type InvitedDevice } from "./queries";

interface Props {
  readonly event: EventView;
  readonly invited: InvitedDevice;
  readonly isRenewing: boolean;
  readonly onRenew: () => void;
  readonly onClose: () => void;
}

const EVERY_MS = 1_500;

export function DeviceCode({ event, invited, isRenewing, onRenew, onClose }: Props) {
  const t = useT();
  const now = useNow(500);
  const devices = useQuery({
    ...devicesQuery(event.organization_id, event.event_id),
    refetchInterval: EVERY_MS,
  });
  const device = devices.data?.find((one) => one.device_id === invited.device_id);
  const left = Date.parse(invited.code_expires_at) - now;
  if (device?.status === "ACTIVE") {
    return (
      <div className="flex flex-col gap-5">
        <Notice tone="success" role="status" icon={<CircleCheck size={22} />}>
          <p className="font-semibold">{t("devices.enrolled", { label: invited.label })}</p>
          <p>{t("devices.enrolled.text")}</p>
        </Notice>
        <div className="flex justify-end">
          <Button tone="primary" onClick={onClose}>
            {t("action.close")}
          </Button>
        </div>
      </div>
    );
  }
  if (left <= 0) {
    return (
      <div className="flex flex-col gap-5">
        <Notice tone="warn" role="status">
          {t("devices.code.over")}
        </Notice>
        <div className="flex flex-col justify-end gap-3 sm:flex-row">
          <Button onClick={onClose}>{t("action.close")}</Button>
          <Button tone="primary" isBusy={isRenewing} onClick={onRenew}>
            {t("devices.code.again")}
          </Button>
        </div>
      </div>
    );
  }
  const link = `${window.location.origin}/scan/enrol#code=${invited.code}`;
  return (
    <div className="flex flex-col gap-5">
      <p>{t("devices.code.text")}</p>
      <div className="flex justify-center">
        <QrImage text={link} label={t("devices.code.qr")} />
      </div>
      <p className="flex items-center justify-center gap-2 font-medium">
        <Clock size={18} aria-hidden="true" />
        {t("devices.code.left")}
        <span role="timer" aria-live="off" className="tabular text-lg font-bold">
          {formatCountdown(left)}
        </span>
      </p>
      <CopyField label={t("devices.code.link")} value={link} />
      <p role="status" className="text-sm text-muted">
        {t("devices.code.waiting")}
      </p>
    </div>
  );
}
