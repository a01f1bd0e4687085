// What a buyer does: hold, give back, begin to pay. Each under the key of its intent.
import { api, bearer, type Schemas, unwrap } from "../../shared/api/client";
import { once } from "../../shared/api/idempotency";
import type { Line } from "../../shared/catalogue/selection";
import { accessToken, rememberAccess } from "./access";
import { forgetBooking, rememberBooking } from "./memory";

export interface Contact {
  readonly email: string;
  readonly name: string;
}

/** Holds tickets. Lost answers are repeated under the same key: nothing is held twice. */
export async function reserve(eventId: string, lines: readonly Line[], contact: Contact) {
  const name = contact.name.trim();
  const body: Schemas["ReserveBody"] = {
    contact: { email: contact.email.trim(), ...(name && { name }) },
    items: lines.map(({ ticketTypeId, quantity, unitPrice }) => ({
      ticket_type_id: ticketTypeId,
      quantity,
      ...(unitPrice !== undefined && { unit_price: unitPrice }),
    })),
  };
  const reservation = await once(`reserve:${eventId}`, body, (key) =>
    unwrap(
      api.POST("/api/v1/events/{event_id}/reservations", {
        params: { path: { event_id: eventId }, header: { "Idempotency-Key": key } },
        body,
      }),
    ),
  );
  rememberAccess(reservation.reservation_id, reservation.access_token);
  rememberBooking({
    id: reservation.reservation_id,
    eventId,
    isOrder: false,
    expiresAt: reservation.expires_at,
  });
  return reservation;
}

export async function release(eventId: string, reservationId: string): Promise<void> {
  await unwrap(
    api.DELETE("/api/v1/events/{event_id}/reservations/{reservation_id}", {
      params: { path: { event_id: eventId, reservation_id: reservationId } },
      headers: bearer(accessToken(reservationId)),
    }),
  );
  forgetBooking(reservationId);
}

/** Begins the payment of a hold, or goes on with the one that has begun. */
export function startPayment(eventId: string, reservationId: string) {
  const body = { provider: "stripe" } as const;
  return once(`pay:${reservationId}`, body, (key) =>
    unwrap(
      api.POST("/api/v1/events/{event_id}/reservations/{reservation_id}/payments", {
        params: {
          path: { event_id: eventId, reservation_id: reservationId },
          header: { "Idempotency-Key": key },
        },
        headers: bearer(accessToken(reservationId)),
        body,
      }),
    ),
  );
}
