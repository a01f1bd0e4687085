// A device at work: which event, which gates, until when, and whether the server answers.
import { DoorOpen, MapPin, Wifi, WifiOff } from "lucide-react";
import type { ReactNode } from "react";
import { useI18n } from "../shared/i18n/context";
import { formatTime, localZone } from "../shared/lib/time";
import { Badge } from "../shared/ui/Badge";
import { Notice } from "../shared/ui/Notice";
import { PageHeading } from "../shared/ui/PageHeading";
import { Skeleton } from "../shared/ui/Skeleton";
import { When } from "../shared/ui/When";
import type { Door } from "./device/door";
import type { DoorView } from "./device/storage";
import { useT } from "./i18n";

export function ActiveDoor({ door }: { readonly door: Door }) {
  const t = useT();
  const { device, event } = door;
  if (!device) return <Skeleton className="h-48 w-full" />;
  return (
    <>
      <Connection door={door} />
      {event && <EventCard event={event} />}
      <section className="card flex flex-col gap-4 p-5">
        <h2 className="flex items-center gap-2 text-lg font-bold">
          <DoorOpen size={20} aria-hidden="true" />
          {t("door.gates", { count: device.gates.length })}
        </h2>
        <ul className="flex flex-wrap gap-2">
          {(device.gates.length > 0 ? device.gates : [t("door.gates.all")]).map((gate) => (
            <li
              key={gate}
              className="rounded-md bg-info-bg px-4 py-2 text-2xl font-bold text-primary [overflow-wrap:anywhere]"
            >
              <bdi>{gate}</bdi>
            </li>
          ))}
        </ul>
      </section>
      <section className="card p-5">
        <h2 className="sr-only">{t("door.device")}</h2>
        <dl className="flex flex-col gap-3">
          <Fact name={t("door.device")}>
            <bdi>{device.label}</bdi>
          </Fact>
          {device.lease_ends_at && (
            <Fact name={t("door.lease")}>
              <When at={device.lease_ends_at} zone={localZone()} />
            </Fact>
          )}
          <Fact name={t("door.ends")}>
            <When at={device.ends_at} zone={localZone()} />
          </Fact>
        </dl>
        <p className="mt-4 text-sm text-muted">
          {t("door.lease.text", { count: device.lease_hours })}
        </p>
      </section>
    </>
  );
}

function Connection({ door }: { readonly door: Door }) {
  const t = useT();
  const { locale } = useI18n();
  const heard = door.heardAt
    ? formatTime(new Date(door.heardAt).toISOString(), localZone(), locale, "time")
    : null;
  return (
    <div role="status">
      {door.isReachable ? (
        <Badge tone="success">
          <Wifi size={14} aria-hidden="true" />
          {t("door.online")}
        </Badge>
      ) : (
        <Notice tone="warn" icon={<WifiOff size={20} />}>
          <p className="font-semibold">{t("door.offline")}</p>
          <p>{heard ? t("door.offline.since", { time: heard }) : t("door.offline.text")}</p>
        </Notice>
      )}
    </div>
  );
}

function EventCard({ event }: { readonly event: DoorView }) {
  const t = useT();
  return (
    <section className="flex flex-col gap-3">
      <PageHeading isGiven title={event.title} className="[overflow-wrap:anywhere]" />
      {event.status === "CANCELLED" && <Notice tone="danger">{t("door.cancelled")}</Notice>}
      <p className="text-lg">
        <When at={event.starts_at} zone={event.time_zone} style="full" />
      </p>
      {event.venue && (
        <p className="flex items-center gap-2 text-muted">
          <MapPin size={18} aria-hidden="true" className="shrink-0" />
          <bdi>{[event.venue.name, event.venue.city].filter(Boolean).join(", ")}</bdi>
        </p>
      )}
      {event.ticket_types.length > 0 && (
        <ul aria-label={t("door.types")} className="flex flex-wrap gap-2">
          {event.ticket_types.map((type) => (
            <li key={type.ticket_type_id}>
              <Badge>
                <bdi>{type.name}</bdi>
              </Badge>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div className="flex flex-wrap items-baseline justify-between gap-x-4">
      <dt className="text-muted">{name}</dt>
      <dd className="font-semibold [overflow-wrap:anywhere]">{children}</dd>
    </div>
  );
}
