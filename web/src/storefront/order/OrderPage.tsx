// An order: its tickets first, then the receipt and what happened.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { isProblem } from "../../shared/api/problem";
import { eventQuery } from "../../shared/catalogue/queries";
import { ErrorPanel } from "../../shared/ui/ErrorPanel";
import { adoptAccess } from "../booking/access";
import { rememberBooking } from "../booking/memory";
import { ticketsQuery } from "../booking/queries";
import { NoOrder } from "./NoOrder";
import { OrderSkeleton } from "./OrderSkeleton";
import { OrderView } from "./OrderView";
import { ticketCodeQuery } from "./ticketCode";
import { useOrder } from "./useOrder";

const route = getRouteApi("/orders/$orderId");

const WATCH_EVERY_MS = 1_200;

export function OrderPage() {
  const { orderId } = route.useParams();
  return <ShownOrder key={orderId} orderId={orderId} />;
}

function ShownOrder({ orderId }: { readonly orderId: string }) {
  useState(() => adoptAccess(orderId));
  const queries = useQueryClient();
  const { order, isNew, isAwaited } = useOrder(orderId);
  const eventId = order.data?.event_id;
  const event = useQuery({ ...eventQuery(eventId ?? ""), enabled: eventId !== undefined });
  const wanted = order.data?.items.reduce((sum, item) => sum + item.quantity, 0);
  const tickets = useQuery({
    ...ticketsQuery(orderId),
    // Whoever comes back has tickets: they are asked for together with the order.
    enabled: !isNew || wanted !== undefined,
    refetchInterval: ({ state }) =>
      wanted !== undefined && (state.data?.length ?? 0) < wanted ? WATCH_EVERY_MS : false,
  });
  const first = tickets.data?.[0];
  useEffect(() => {
    // While the event is being asked for: the code is what people come for.
    if (first) void queries.prefetchQuery(ticketCodeQuery(first.ticket_id, orderId));
  }, [queries, first, orderId]);
  useEffect(() => {
    if (eventId) rememberBooking({ id: orderId, eventId, isOrder: true, expiresAt: "" });
  }, [eventId, orderId]);

  if (!order.data) {
    if (isAwaited) return <NoOrder orderId={orderId} />;
    if (isProblem(order.error) && order.error.status < 500) return <NoOrder orderId={orderId} />;
    if (order.isPending) return <OrderSkeleton />;
    return <ErrorPanel error={order.error} onRetry={() => void order.refetch()} />;
  }
  // Tickets come first on the page: what is below them would jump when they come later.
  if (event.isPending || tickets.isPending) return <OrderSkeleton />;
  if (!event.data) return <ErrorPanel error={event.error} onRetry={() => void event.refetch()} />;
  return <OrderView order={order.data} event={event.data} tickets={tickets.data ?? []} />;
}
