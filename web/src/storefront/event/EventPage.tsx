// One event: what, when, where, and the box to choose tickets from.
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { isProblem } from "../../shared/api/problem";
import { availabilityQuery, eventQuery } from "../../shared/catalogue/queries";
import { eventSale } from "../../shared/catalogue/saleState";
import { useNow } from "../../shared/lib/useNow";
import { useAvailability } from "../../shared/live/useAvailability";
import { ErrorPanel } from "../../shared/ui/ErrorPanel";
import { NotFoundPage } from "../layout/NotFoundPage";
import { TicketBox } from "./box/TicketBox";
import { EventDetails } from "./EventDetails";
import { EventHead } from "./EventHead";
import { EventSkeleton } from "./EventSkeleton";

const route = getRouteApi("/events/$eventId");

export function EventPage() {
  const { eventId } = route.useParams();
  const event = useQuery(eventQuery(eventId));
  const availability = useQuery(availabilityQuery(eventId));
  const isOpen = event.data?.status === "PUBLISHED";
  const live = useAvailability(eventId, isOpen);
  const now = useNow(1000);

  if (event.isPending) return <EventSkeleton />;
  if (!event.data) {
    const isMissing = isProblem(event.error) && [400, 404, 422].includes(event.error.status);
    if (isMissing) return <NotFoundPage />;
    return <ErrorPanel error={event.error} onRetry={() => void event.refetch()} />;
  }
  const sale = eventSale(event.data, availability.data, now);
  return (
    <div className="grid gap-x-8 gap-y-6 lg:grid-cols-[minmax(0,1fr)_24rem] lg:grid-rows-[auto_auto_1fr]">
      <EventHead event={event.data} sale={sale} />
      <TicketBox
        event={event.data}
        sale={sale}
        availability={availability.data}
        live={live}
        now={now}
      />
      <EventDetails event={event.data} isOver={sale === "cancelled" || sale === "over"} />
    </div>
  );
}
