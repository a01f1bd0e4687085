// What happened to an order, renewed when its status changes.
import { useQuery } from "@tanstack/react-query";
import { ErrorPanel } from "../../shared/ui/ErrorPanel";
import { Skeleton } from "../../shared/ui/Skeleton";
import { type Order, timelineQuery } from "../booking/queries";
import { Timeline } from "./Timeline";

interface Props {
  readonly orderId: string;
  readonly status: Order["status"];
}

export function OrderTimeline({ orderId, status }: Props) {
  const query = timelineQuery(orderId);
  const timeline = useQuery({
    ...query,
    refetchInterval: ({ state }) =>
      status === "COMPLETED" && state.data?.steps.at(-1)?.kind === "completed" ? false : 3_000,
  });
  if (timeline.isError && !timeline.data) {
    return <ErrorPanel error={timeline.error} onRetry={() => void timeline.refetch()} />;
  }
  return timeline.data ? (
    <Timeline steps={timeline.data.steps} />
  ) : (
    <Skeleton className="h-52 rounded-lg" />
  );
}
