// The code of a ticket, as a picture.
import { queryOptions } from "@tanstack/react-query";
import { api, bearer, unwrap } from "../../shared/api/client";
import { accessToken } from "../booking/access";

/** The picture of a ticket's code. Asked for here and not by an `img`, whose address would name the token. */
export function ticketCodeQuery(ticketId: string, orderId: string) {
  return queryOptions({
    queryKey: ["ticket-code", ticketId],
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: ({ signal }): Promise<string> =>
      unwrap(
        api.GET("/api/v1/tickets/{ticket_id}/qr.svg", {
          params: { path: { ticket_id: ticketId } },
          headers: bearer(accessToken(orderId)),
          parseAs: "text",
          signal,
        }),
      ),
  });
}
