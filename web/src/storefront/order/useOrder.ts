// An order, from the moment it is paid.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { isProblem } from "../../shared/api/problem";
import { orderQuery, reservationQuery } from "../booking/queries";

const WATCH_EVERY_MS = 1_200;
const WATCH_HOLD_EVERY_MS = 400;

export function useOrder(orderId: string) {
  const queries = useQueryClient();
  const holdQuery = reservationQuery(orderId);
  // Paid in this tab a moment ago, and the provider's word may not have arrived yet: the hold is there
  // in any case and says when it has become an order.
  const [isNew] = useState(() => queries.getQueryData(holdQuery.queryKey)?.status === "ACTIVE");
  const hold = useQuery({
    ...holdQuery,
    enabled: isNew,
    staleTime: 0,
    refetchInterval: ({ state }) => (state.data?.status === "ACTIVE" ? WATCH_HOLD_EVERY_MS : false),
  });
  const isAwaited = isNew && hold.data?.status === "ACTIVE" && !hold.isError;
  const order = useQuery({
    ...orderQuery(orderId),
    enabled: !isAwaited,
    // Until the read side has it, and until all tickets are written.
    refetchInterval: ({ state }) =>
      state.data?.status === "PAID" || isProblem(state.error, "not-found") ? WATCH_EVERY_MS : false,
  });
  return { order, isNew, isAwaited: isAwaited && hold.isFetchedAfterMount };
}
