// Orders as a table; on phones each is a card.
import { Link } from "@tanstack/react-router";
import type { EventView } from "../../shared/catalogue/queries";
import { localZone } from "../../shared/lib/time";
import { Money } from "../../shared/ui/Money";
import { When } from "../../shared/ui/When";
import { useT } from "../i18n/useT";
import { shortNumber } from "../kit/ids";
import { CELL, HEAD, ROW, TABLE } from "../kit/table";
import { OrderBadge } from "./OrderBadge";
import type { OrderView } from "./queries";

interface Props {
  readonly orders: readonly OrderView[];
  readonly event: EventView | undefined;
}

export function OrdersTable({ orders, event }: Props) {
  const t = useT();
  return (
    <div className="card overflow-x-auto">
      <table className={TABLE}>
        <caption className="sr-only">{t("orders.title")}</caption>
        <thead className={HEAD}>
          <tr>
            <th scope="col">{t("orders.column.order")}</th>
            <th scope="col">{t("orders.column.buyer")}</th>
            <th scope="col">{t("orders.column.tickets")}</th>
            <th scope="col">{t("orders.column.total")}</th>
            <th scope="col">{t("orders.column.status")}</th>
            <th scope="col">{t("orders.column.paid")}</th>
          </tr>
        </thead>
        <tbody>
          {orders.map((order) => (
            <tr key={order.order_id} className={ROW}>
              <th scope="row" className={`${CELL} text-start`}>
                <Link
                  to="/orders/$orderId"
                  params={{ orderId: order.order_id }}
                  className="tabular inline-flex min-h-6 items-center font-semibold hover:underline"
                >
                  {shortNumber(order.order_id)}
                </Link>
              </th>
              <td className={CELL} data-label={t("orders.column.buyer")}>
                <span className="min-w-0 [overflow-wrap:anywhere] max-sm:text-end">
                  {order.contact?.name && <bdi className="block">{order.contact.name}</bdi>}
                  <span className="text-muted">{order.contact?.email ?? t("orders.erased")}</span>
                </span>
              </td>
              <td className={`${CELL} tabular`} data-label={t("orders.column.tickets")}>
                {order.items.reduce((sum, item) => sum + item.quantity, 0)}
              </td>
              <td className={CELL} data-label={t("orders.column.total")}>
                <Money value={order.total} />
              </td>
              <td className={CELL} data-label={t("orders.column.status")}>
                <OrderBadge order={order} />
              </td>
              <td className={`${CELL} text-muted`} data-label={t("orders.column.paid")}>
                <When at={order.paid_at} zone={event?.time_zone ?? localZone()} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
