// The devices as a table; on phones each row is a card.
import { useState } from "react";
import type { EventView } from "../../shared/catalogue/queries";
import { localZone } from "../../shared/lib/time";
import { Badge, type BadgeTone } from "../../shared/ui/Badge";
import { Button } from "../../shared/ui/Button";
import { When } from "../../shared/ui/When";
import { useT } from "../i18n/useT";
import { CELL, HEAD, ROW, TABLE } from "../kit/table";
import type { Device } from "./queries";
import { RevokeDialog } from "./RevokeDialogs";

interface Props {
  readonly event: EventView;
  readonly devices: readonly Device[];
}

const TONES: Record<Device["status"], BadgeTone> = {
  INVITED: "info",
  ACTIVE: "success",
  OVER: "neutral",
  REVOKED: "danger",
};

export function DeviceTable({ event, devices }: Props) {
  const t = useT();
  const [revoking, setRevoking] = useState<Device | null>(null);
  return (
    <>
      <div className="card overflow-x-auto">
        <table className={TABLE}>
          <caption className="sr-only">{t("devices.title")}</caption>
          <thead className={HEAD}>
            <tr>
              <th scope="col">{t("devices.label")}</th>
              <th scope="col">{t("devices.status")}</th>
              <th scope="col">{t("devices.used")}</th>
              <th scope="col">{t("devices.lease")}</th>
              <th scope="col">
                <span className="sr-only">{t("team.column.actions")}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {devices.map((device) => (
              <DeviceRow
                key={device.device_id}
                device={device}
                onRevoke={() => setRevoking(device)}
              />
            ))}
          </tbody>
        </table>
      </div>
      <RevokeDialog event={event} device={revoking} onClose={() => setRevoking(null)} />
    </>
  );
}

interface RowProps {
  readonly device: Device;
  readonly onRevoke: () => void;
}

function DeviceRow({ device, onRevoke }: RowProps) {
  const t = useT();
  const isAtWork = device.status === "ACTIVE" || device.status === "INVITED";
  const until = device.status === "INVITED" ? device.code_expires_at : device.lease_ends_at;
  return (
    <tr className={ROW}>
      <th scope="row" className={`${CELL} text-start`}>
        <span className="min-w-0 [overflow-wrap:anywhere]">
          <bdi className="block font-semibold">{device.label}</bdi>
          <span className="block font-normal text-muted">
            {device.gates.length > 0 ? device.gates.join(", ") : t("devices.gates.all")}
          </span>
        </span>
      </th>
      <td className={CELL} data-label={t("devices.status")}>
        <Badge tone={TONES[device.status]}>{t(`devices.status.${device.status}`)}</Badge>
      </td>
      <td className={CELL} data-label={t("devices.used")}>
        {device.last_used_at ? (
          <When at={device.last_used_at} zone={localZone()} />
        ) : (
          t("state.never")
        )}
      </td>
      <td className={CELL} data-label={t("devices.lease")}>
        {isAtWork && until ? <When at={until} zone={localZone()} /> : "–"}
      </td>
      <td className={`${CELL} sm:text-end`}>
        {isAtWork && (
          <Button
            size="sm"
            tone="quiet"
            className="text-danger! max-sm:-ms-3"
            aria-label={t("devices.revoke.label", { label: device.label })}
            onClick={onRevoke}
          >
            {t("devices.revoke")}
          </Button>
        )}
      </td>
    </tr>
  );
}
