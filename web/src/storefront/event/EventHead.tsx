// The top of an event page. The server writes the same into the page before any script has run.
import { CalendarDays, MapPin } from "lucide-react";
import { placeOf } from "../../shared/catalogue/place";
import type { EventView } from "../../shared/catalogue/queries";
import type { EventSale } from "../../shared/catalogue/saleState";
import { Artwork } from "../../shared/ui/Artwork";
import { PageHeading } from "../../shared/ui/PageHeading";
import { When } from "../../shared/ui/When";
import { YourTime } from "../../shared/ui/YourTime";
import { useT } from "../i18n/useT";
import { SaleBadge } from "./SaleBadge";

interface Props {
  readonly event: EventView;
  readonly sale: EventSale;
}

export function EventHead({ event, sale }: Props) {
  const t = useT();
  const place = placeOf(event);
  return (
    <>
      <div className="h-40 overflow-hidden rounded-lg bg-surface-2 sm:h-72 lg:col-span-2">
        <Artwork
          isEager
          seed={event.event_id}
          category={event.category ?? ""}
          imageUrl={event.image_url ?? null}
          imageAlt={event.image_alt}
          className="size-full object-cover"
        />
      </div>
      <div className="flex min-w-0 flex-col gap-4 lg:col-start-1">
        <div className="flex min-h-6 flex-wrap gap-2">
          <SaleBadge sale={sale} />
        </div>
        <PageHeading isGiven title={event.title} className="sm:text-4xl" />
        <dl className="grid gap-4 sm:grid-cols-2">
          <div className="flex gap-3">
            <dt>
              <CalendarDays size={24} aria-hidden="true" className="mt-0.5 text-primary" />
              <span className="sr-only">{t("event.when")}</span>
            </dt>
            <dd>
              <p className="font-semibold">
                <When at={event.starts_at} zone={event.time_zone} style="full" />
              </p>
              <p className="text-sm text-muted">
                {event.ends_at && <Until event={event} endsAt={event.ends_at} />}
                <YourTime at={event.starts_at} zone={event.time_zone} />
              </p>
            </dd>
          </div>
          <div className="flex gap-3">
            <dt>
              <MapPin size={24} aria-hidden="true" className="mt-0.5 text-primary" />
              <span className="sr-only">{t("event.where")}</span>
            </dt>
            <dd>
              <p className="font-semibold">
                <bdi>{place.title || t("event.online")}</bdi>
              </p>
              {place.address && (
                <p className="text-sm text-muted">
                  <bdi>{place.address}</bdi>
                </p>
              )}
              {place.map && (
                <a href={place.map} target="_blank" rel="noreferrer" className="link text-sm">
                  {t("event.map")}
                </a>
              )}
            </dd>
          </div>
        </dl>
      </div>
    </>
  );
}

function Until({ event, endsAt }: { readonly event: EventView; readonly endsAt: string }) {
  const t = useT();
  const [before, after] = t("event.until", { time: "\u0000" }).split("\u0000");
  const isShort = Date.parse(endsAt) - Date.parse(event.starts_at) < 18 * 3_600_000;
  return (
    <span className="block">
      {before}
      <When at={endsAt} zone={event.time_zone} style={isShort ? "time" : "short"} />
      {after}
    </span>
  );
}
