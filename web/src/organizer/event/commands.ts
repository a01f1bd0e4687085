// What an organizer does to an event. Answers go into the cache at once, so no page waits for the projection.
import type { QueryClient } from "@tanstack/react-query";
import { api, type Schemas, unwrap } from "../../shared/api/client";
import { once } from "../../shared/api/idempotency";
import type { EventView } from "../../shared/catalogue/queries";
import { availabilityKey } from "../../shared/live/useAvailability";
import type { EventAnswer } from "./queries";

export type DraftBody = Schemas["DraftEventBody"];
export type ChangeBody = Schemas["ChangeEventBody"];
export type TypeBody = Schemas["AddTicketTypeBody"];
export type TypeChange = Schemas["ChangeTicketTypeBody"];

/** Of an event. */
export const MOST_TICKETS = 10_000_000;

const ifMatch = (version: number) => ({ "If-Match": `"${version}"` });

export function draftEvent(body: DraftBody) {
  return once("draft-event", body, (key) =>
    unwrap(api.POST("/api/v1/events", { params: { header: { "Idempotency-Key": key } }, body })),
  );
}

export function changeEvent(eventId: string, version: number, body: ChangeBody) {
  return unwrap(
    api.PATCH("/api/v1/events/{event_id}", {
      params: { path: { event_id: eventId }, header: ifMatch(version) },
      body,
    }),
  );
}

export function setCapacity(eventId: string, version: number, totalCapacity: number) {
  return unwrap(
    api.PUT("/api/v1/events/{event_id}/capacity", {
      params: { path: { event_id: eventId }, header: ifMatch(version) },
      body: { total_capacity: totalCapacity },
    }),
  );
}

export function addTicketType(eventId: string, body: TypeBody) {
  return once(`add-type:${eventId}`, body, (key) =>
    unwrap(
      api.POST("/api/v1/events/{event_id}/ticket-types", {
        params: { path: { event_id: eventId }, header: { "Idempotency-Key": key } },
        body,
      }),
    ),
  );
}

export function changeTicketType(
  eventId: string,
  typeId: string,
  version: number,
  body: TypeChange,
) {
  return unwrap(
    api.PATCH("/api/v1/events/{event_id}/ticket-types/{ticket_type_id}", {
      params: { path: { event_id: eventId, ticket_type_id: typeId }, header: ifMatch(version) },
      body,
    }),
  );
}

export function publishEvent(eventId: string, dryRun: boolean) {
  return unwrap(
    api.POST("/api/v1/events/{event_id}/publish", {
      params: { path: { event_id: eventId } },
      body: { dry_run: dryRun },
    }),
  );
}

export function cancelEvent(eventId: string, reason: string) {
  return unwrap(
    api.POST("/api/v1/events/{event_id}/cancel", {
      params: { path: { event_id: eventId } },
      body: { reason },
    }),
  );
}

export function completeEvent(eventId: string) {
  return unwrap(
    api.POST("/api/v1/events/{event_id}/complete", { params: { path: { event_id: eventId } } }),
  );
}

/** The event as pages ask for it, from the answer to a command. */
export function asView(answer: EventAnswer): EventView {
  const { held: _held, sold: _sold, ticket_types, status, ...rest } = answer;
  return {
    ...rest,
    // Whoever is suspended isn't answered like this.
    sales_suspended: false,
    status: status as EventView["status"],
    ticket_types: ticket_types.map(({ available: _a, held: _h, sold: _s, ...type }) => type),
  };
}

/** Puts the answer where pages look, and lets figures and lists be asked for again. */
export function rememberEvent(queries: QueryClient, answer: EventAnswer): void {
  const key = ["event", answer.event_id];
  queries.setQueryData(key, { ...queries.getQueryData<EventView>(key), ...asView(answer) });
  void queries.invalidateQueries({ queryKey: availabilityKey(answer.event_id) });
  void queries.invalidateQueries({ queryKey: ["desk", "events"] });
}
