// Attendees as a table; on phones each is a card.
import { Link } from "@tanstack/react-router";
import { Badge } from "../../shared/ui/Badge";
import { When } from "../../shared/ui/When";
import { useT } from "../i18n/useT";
import { shortNumber } from "../kit/ids";
import { CELL, HEAD, ROW, TABLE } from "../kit/table";
import type { AttendeeView } from "./queries";

interface Props {
  readonly attendees: readonly AttendeeView[];
  readonly zone: string;
}

export function AttendeesTable({ attendees, zone }: Props) {
  const t = useT();
  return (
    <div className="card overflow-x-auto">
      <table className={TABLE}>
        <caption className="sr-only">{t("attendees.title")}</caption>
        <thead className={HEAD}>
          <tr>
            <th scope="col">{t("orders.column.buyer")}</th>
            <th scope="col">{t("ticket.type")}</th>
            <th scope="col">{t("ticket.status")}</th>
            <th scope="col">{t("ticket.code")}</th>
            <th scope="col">{t("orders.column.order")}</th>
            <th scope="col">{t("ticket.issued")}</th>
          </tr>
        </thead>
        <tbody>
          {attendees.map((one) => (
            <tr key={one.ticket_id} className={ROW}>
              <th scope="row" className={`${CELL} text-start font-normal`}>
                <span className="min-w-0 [overflow-wrap:anywhere]">
                  {one.buyer?.name && <bdi className="block font-semibold">{one.buyer.name}</bdi>}
                  <span className="text-muted">{one.buyer?.email ?? t("orders.erased")}</span>
                </span>
              </th>
              <td className={CELL} data-label={t("ticket.type")}>
                <bdi>{one.ticket_type ?? "…"}</bdi>
              </td>
              <td className={CELL} data-label={t("ticket.status")}>
                <Badge tone="success">{t(`ticket.status.${one.status}`)}</Badge>
              </td>
              <td className={`${CELL} tabular`} data-label={t("ticket.code")}>
                {shortNumber(one.ticket_id)}
              </td>
              <td className={CELL} data-label={t("orders.column.order")}>
                <Link
                  to="/orders/$orderId"
                  params={{ orderId: one.order_id }}
                  className="tabular inline-flex min-h-6 items-center font-semibold hover:underline"
                >
                  {shortNumber(one.order_id)}
                </Link>
              </td>
              <td className={`${CELL} text-muted`} data-label={t("ticket.issued")}>
                <When at={one.issued_at} zone={zone} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
