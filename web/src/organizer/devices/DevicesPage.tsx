// Door devices of an event: which there are, how to add one, how to take one away.
import { useQuery } from "@tanstack/react-query";
import { Plus, Smartphone } from "lucide-react";
import { useState } from "react";
import { type EventView, eventQuery } from "../../shared/catalogue/queries";
import { Button } from "../../shared/ui/Button";
import { EmptyState } from "../../shared/ui/EmptyState";
import { ErrorPanel } from "../../shared/ui/ErrorPanel";
import { Loading } from "../../shared/ui/Loading";
import { PageHeading } from "../../shared/ui/PageHeading";
import { Skeleton } from "../../shared/ui/Skeleton";
import { ForbiddenPage } from "../desk/ForbiddenPage";
import { useDesk } from "../desk/useDesk";
import { useEventId } from "../event/useEvent";
import { useT } from "../i18n/useT";
import { DeviceTable } from "./DeviceTable";
import { InviteDeviceDialog } from "./InviteDeviceDialog";
import { devicesQuery } from "./queries";
import { RevokeAllDialog } from "./RevokeDialogs";

export function DevicesPage() {
  const t = useT();
  const { may } = useDesk();
  const event = useQuery(eventQuery(useEventId()));
  if (!event.data) return <Skeleton className="h-80 w-full" />;
  if (!may("devices", event.data.organization_id)) {
    return <ForbiddenPage title={t("devices.title")} />;
  }
  return <Devices event={event.data} />;
}

function Devices({ event }: { readonly event: EventView }) {
  const t = useT();
  const [opened, setOpened] = useState<"invite" | "revoke-all" | null>(null);
  const devices = useQuery(devicesQuery(event.organization_id, event.event_id));
  const working = (devices.data ?? []).filter(
    (one) => one.status === "ACTIVE" || one.status === "INVITED",
  );
  const close = () => setOpened(null);
  return (
    <div className="flex flex-col gap-6">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <PageHeading title={t("devices.title")} className="text-2xl!" />
        <div className="flex flex-wrap gap-3">
          {working.length > 1 && (
            <Button className="text-danger!" onClick={() => setOpened("revoke-all")}>
              {t("devices.revokeAll")}
            </Button>
          )}
          <Button
            tone="primary"
            icon={<Plus size={18} aria-hidden="true" />}
            onClick={() => setOpened("invite")}
          >
            {t("devices.invite")}
          </Button>
        </div>
      </div>
      <p className="max-w-3xl text-muted">{t("devices.text")}</p>
      {devices.isPending && (
        <Loading>
          <Skeleton className="h-40 w-full" />
        </Loading>
      )}
      {devices.isError && !devices.data && (
        <ErrorPanel error={devices.error} onRetry={() => void devices.refetch()} />
      )}
      {devices.data?.length === 0 && (
        <EmptyState icon={<Smartphone size={28} />} title={t("devices.empty")}>
          {t("devices.empty.text")}
        </EmptyState>
      )}
      {devices.data && devices.data.length > 0 && (
        <DeviceTable event={event} devices={devices.data} />
      )}
      {opened === "invite" && <InviteDeviceDialog event={event} onClose={close} />}
      {opened === "revoke-all" && (
        <RevokeAllDialog event={event} count={working.length} onClose={close} />
      )}
    </div>
  );
}
