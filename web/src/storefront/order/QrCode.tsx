// The code of a ticket as the door reads it: at least 240 px, on white.
import { cx } from "../../shared/lib/cx";
import { accessToken } from "../booking/access";
import type { Ticket } from "../booking/queries";

interface Props {
  readonly ticket: Ticket;
  readonly orderId: string;
  readonly alt: string;
  readonly className?: string;
}

/** Where the picture of the code is. */
export function qrAddress(ticket: Ticket, orderId: string): string {
  const token = accessToken(orderId);
  const query = token ? `?access_token=${encodeURIComponent(token)}` : "";
  return `/api/v1/tickets/${ticket.ticket_id}/qr.svg${query}`;
}

export function QrCode({ ticket, orderId, alt, className }: Props) {
  return (
    <img
      src={qrAddress(ticket, orderId)}
      alt={alt}
      width={240}
      height={240}
      className={cx("rounded-sm bg-white p-2", className ?? "size-60")}
    />
  );
}
