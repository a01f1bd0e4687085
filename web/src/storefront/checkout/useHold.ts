// Holding tickets: then on to pay, or straight to the tickets if nothing is due.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { isProblem } from "../../shared/api/problem";
import { totalOf } from "../../shared/catalogue/price";
import type { EventView } from "../../shared/catalogue/queries";
import { eventQuery } from "../../shared/catalogue/queries";
import type { Line } from "../../shared/catalogue/selection";
import { serverNow } from "../../shared/lib/clock";
import { availabilityKey } from "../../shared/live/useAvailability";
import { rememberSelection } from "../booking/choice";
import { type Contact, reserve, startPayment } from "../booking/commands";
import { rememberContact } from "../booking/contactDraft";
import { type Reservation, reservationQuery } from "../booking/queries";

interface Wish {
  readonly lines: readonly Line[];
  readonly contact: Contact;
}

export function useHold(event: EventView) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const eventId = event.event_id;
  return useMutation({
    mutationFn: async ({ lines, contact }: Wish) => {
      rememberContact(contact);
      const { access_token: _, ...answer } = await reserve(eventId, lines, contact);
      const now = new Date(serverNow()).toISOString();
      // The answer is the truth at once; the read side may be a moment behind.
      const hold: Reservation = {
        ...answer,
        contact: { email: contact.email, ...(contact.name && { name: contact.name }) },
        status: "ACTIVE",
        created_at: now,
        now,
      };
      queries.setQueryData(reservationQuery(hold.reservation_id).queryKey, hold);
      const isFree = totalOf(event, lines).amount === 0;
      const payment = isFree ? await startPayment(eventId, hold.reservation_id) : null;
      return { hold, orderId: payment?.order_id ?? null };
    },
    onSuccess: ({ hold, orderId }) => {
      rememberSelection(eventId, []);
      if (orderId) {
        void navigate({ to: "/orders/$orderId", params: { orderId }, replace: true });
      } else {
        void navigate({
          to: "/events/$eventId/checkout/$reservationId",
          params: { eventId, reservationId: hold.reservation_id },
        });
      }
    },
    onError: (error) => {
      if (!isProblem(error)) return;
      void queries.invalidateQueries({ queryKey: availabilityKey(eventId) });
      void queries.invalidateQueries({ queryKey: eventQuery(eventId).queryKey });
    },
  });
}
