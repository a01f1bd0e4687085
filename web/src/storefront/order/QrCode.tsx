// The code of a ticket as the door reads it: at least 240 px, on white.
import { useQuery } from "@tanstack/react-query";
import { cx } from "../../shared/lib/cx";
import { ErrorPanel } from "../../shared/ui/ErrorPanel";
import { Skeleton } from "../../shared/ui/Skeleton";
import type { Ticket } from "../booking/queries";
import { ticketCodeQuery } from "./ticketCode";

interface Props {
  readonly ticket: Ticket;
  readonly orderId: string;
  readonly alt: string;
  readonly className?: string;
}

export function QrCode({ ticket, orderId, alt, className }: Props) {
  const code = useQuery(ticketCodeQuery(ticket.ticket_id, orderId));
  if (code.isPending) return <Skeleton className="size-60" />;
  if (code.isError) return <ErrorPanel error={code.error} onRetry={() => void code.refetch()} />;
  return (
    <img
      src={`data:image/svg+xml,${encodeURIComponent(code.data)}`}
      alt={alt}
      width={240}
      height={240}
      className={cx("rounded-sm bg-white p-2", className ?? "size-60")}
    />
  );
}
