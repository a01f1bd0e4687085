// Paying for a hold: timer, summary, card. What is typed outlives the end of the hold.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, Navigate } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { isProblem } from "../../shared/api/problem";
import { eventQuery } from "../../shared/catalogue/queries";
import { serverNow } from "../../shared/lib/clock";
import { ErrorPanel } from "../../shared/ui/ErrorPanel";
import { adoptAccess } from "../booking/access";
import { reservationQuery } from "../booking/queries";
import { HoldOver } from "./HoldOver";
import { NoAccess } from "./NoAccess";
import { PaymentForm } from "./PaymentForm";
import { PaymentSkeleton } from "./PaymentSkeleton";
import { type CardForm, useCardForm } from "./useCardForm";
import { usePayment } from "./usePayment";

const route = getRouteApi("/events/$eventId/checkout/$reservationId");

const WATCH_EVERY_MS = 1_500;

export function PaymentPage() {
  const { eventId, reservationId } = route.useParams();
  // Not part of what is made anew for another hold: nobody types a card twice.
  const card = useCardForm();
  return (
    <Payment key={reservationId} eventId={eventId} reservationId={reservationId} card={card} />
  );
}

interface Props {
  readonly eventId: string;
  readonly reservationId: string;
  readonly card: CardForm;
}

function Payment({ eventId, reservationId, card }: Props) {
  useState(() => adoptAccess(reservationId));
  const queries = useQueryClient();
  const payment = usePayment(eventId, reservationId);
  // The deadline that has passed. Asked at that very moment, the server may not have recorded the
  // end yet, and an answer that says nothing new renders nothing.
  const [passed, setPassed] = useState<string>();
  const event = useQuery(eventQuery(eventId));
  const hold = useQuery({
    ...reservationQuery(reservationId),
    refetchInterval: ({ state }) =>
      payment.isUnderWay && state.data?.status === "ACTIVE" ? WATCH_EVERY_MS : false,
  });

  // Here before it is needed, as above all the tickets have to be, and after what this page itself needs.
  const isShown = hold.data !== undefined;
  useEffect(() => {
    if (isShown) void import("../order/OrderPage").catch(() => undefined);
  }, [isShown]);

  const missing = [hold.error, event.error].find((error) => isProblem(error));
  if (!hold.data && isProblem(missing) && missing.status < 500)
    return <NoAccess eventId={eventId} />;
  if (event.isPending || hold.isPending) return <PaymentSkeleton />;
  if (!event.data || !hold.data) {
    const retry = () => {
      void event.refetch();
      void hold.refetch();
    };
    return <ErrorPanel error={hold.error ?? event.error} onRetry={retry} />;
  }
  if (hold.data.status === "CONSUMED" || payment.state.kind === "paid") {
    return <Navigate to="/orders/$orderId" params={{ orderId: reservationId }} replace />;
  }
  const { status, expires_at: deadline } = hold.data;
  const isOver = status !== "ACTIVE" || passed === deadline || Date.parse(deadline) <= serverNow();
  if (isOver)
    return <HoldOver event={event.data} hold={hold.data} wasPaying={payment.isUnderWay} />;
  return (
    <PaymentForm
      event={event.data}
      hold={hold.data}
      card={card}
      payment={payment}
      onOver={() => {
        setPassed(deadline);
        void queries.invalidateQueries({ queryKey: ["reservation", reservationId] });
      }}
    />
  );
}
