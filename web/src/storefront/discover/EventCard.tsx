// One event in a list: picture, what, when, where, from which price.
import { Link } from "@tanstack/react-router";
import { CalendarDays, MapPin } from "lucide-react";
import { FEW } from "../../shared/catalogue/saleState";
import { Artwork } from "../../shared/ui/Artwork";
import { Badge } from "../../shared/ui/Badge";
import { When } from "../../shared/ui/When";
import { useT } from "../i18n/useT";
import { PriceRange } from "./PriceRange";
import type { EventSummary } from "./queries";

interface Props {
  readonly event: EventSummary;
}

export function EventCard({ event }: Props) {
  const t = useT();
  const left = event.available ?? undefined;
  const place = [event.venue?.name, event.venue?.city].filter(Boolean).join(", ");
  return (
    <article className="card group relative flex w-full flex-col overflow-hidden transition-shadow hover:shadow-pop focus-within:shadow-pop">
      <div className="relative aspect-video overflow-hidden bg-surface-2">
        <Artwork
          seed={event.event_id}
          category={event.category ?? ""}
          imageUrl={event.image_url ?? null}
          className="size-full object-cover transition-transform duration-200 group-hover:scale-[1.02]"
        />
        <div className="absolute start-3 top-3">
          {left === 0 && <Badge tone="neutral">{t("event.state.soldout")}</Badge>}
          {left !== undefined && left > 0 && left <= FEW && (
            <Badge tone="warn">{t("event.state.few")}</Badge>
          )}
        </div>
      </div>
      <div className="flex flex-1 flex-col gap-1.5 p-4">
        <h3 dir="auto" className="text-lg font-bold">
          <Link
            to="/events/$eventId"
            params={{ eventId: event.event_id }}
            className="rounded-sm after:absolute after:inset-0 group-hover:underline"
          >
            {event.title}
          </Link>
        </h3>
        <p className="flex items-center gap-2 text-sm text-muted">
          <CalendarDays size={16} aria-hidden="true" className="shrink-0" />
          <When at={event.starts_at} zone={event.time_zone} />
        </p>
        {place && (
          <p className="flex items-center gap-2 text-sm text-muted">
            <MapPin size={16} aria-hidden="true" className="shrink-0" />
            <bdi>{place}</bdi>
          </p>
        )}
        <p className="mt-auto pt-2 font-semibold">
          <PriceRange from={event.price_from ?? null} to={event.price_to ?? null} />
        </p>
      </div>
    </article>
  );
}
