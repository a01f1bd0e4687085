// The event of the address, for the pages under /events/$eventId. The frame shows them only when it is there.
import { useSuspenseQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { type EventView, eventQuery } from "../../shared/catalogue/queries";

export function useEventId(): string {
  return useParams({ from: "/events/$eventId" }).eventId;
}

export function useEvent(): EventView {
  return useSuspenseQuery(eventQuery(useEventId())).data;
}
