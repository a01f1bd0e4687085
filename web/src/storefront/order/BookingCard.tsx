// One booking of this browser, with its event.
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { placeOf } from "../../shared/catalogue/place";
import { eventQuery } from "../../shared/catalogue/queries";
import { serverNow } from "../../shared/lib/clock";
import { Artwork } from "../../shared/ui/Artwork";
import { Badge } from "../../shared/ui/Badge";
import { Button } from "../../shared/ui/Button";
import { Skeleton } from "../../shared/ui/Skeleton";
import { toast } from "../../shared/ui/toasts";
import { When } from "../../shared/ui/When";
import { forgetAccess } from "../booking/access";
import { forgetBooking, type Remembered } from "../booking/memory";
import { useT } from "../i18n/useT";

const LINK = "rounded-sm after:absolute after:inset-0 group-hover:underline";

export function BookingCard({ booking }: { readonly booking: Remembered }) {
  const t = useT();
  const { data: event } = useQuery(eventQuery(booking.eventId));
  const isHeld = !booking.isOrder && Date.parse(booking.expiresAt) > serverNow();
  if (!booking.isOrder && !isHeld) return null;
  const forget = () => {
    forgetBooking(booking.id);
    forgetAccess(booking.id);
    toast(t("tickets.forgotten"), "info");
  };
  return (
    <article className="card group flex flex-wrap items-center gap-4 p-4">
      <div className="relative flex min-w-0 flex-1 items-center gap-4">
        <Artwork
          seed={booking.eventId}
          category={event?.category ?? ""}
          imageUrl={event?.image_url ?? null}
          className="h-16 w-24 shrink-0 rounded-sm object-cover max-sm:hidden"
        />
        <div className="min-w-0">
          {isHeld && <Badge tone="warn">{t("tickets.held")}</Badge>}
          {event?.status === "CANCELLED" && (
            <Badge tone="danger">{t("event.state.cancelled")}</Badge>
          )}
          <h2 dir="auto" className="text-lg font-bold">
            {booking.isOrder ? (
              <Link to="/orders/$orderId" params={{ orderId: booking.id }} className={LINK}>
                {event?.title ?? t("order.title")}
              </Link>
            ) : (
              <Link
                to="/events/$eventId/checkout/$reservationId"
                params={{ eventId: booking.eventId, reservationId: booking.id }}
                className={LINK}
              >
                {event?.title ?? t("order.title")}
              </Link>
            )}
          </h2>
          {event ? (
            <p className="text-sm text-muted">
              <When at={event.starts_at} zone={event.time_zone} />
              {placeOf(event).title && (
                <>
                  {" · "}
                  <bdi>{placeOf(event).title}</bdi>
                </>
              )}
            </p>
          ) : (
            <Skeleton className="mt-1 h-4 w-48" />
          )}
        </div>
      </div>
      {booking.isOrder && (
        <Button size="sm" tone="quiet" onClick={forget}>
          {t("tickets.forget")}
        </Button>
      )}
    </article>
  );
}
