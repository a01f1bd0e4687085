// Orders of the proved address, on every device.
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { ErrorPanel } from "../../shared/ui/ErrorPanel";
import { Skeleton } from "../../shared/ui/Skeleton";
import { useT } from "../i18n/useT";
import { OrderRow } from "./OrderRow";
import { myOrdersQuery } from "./queries";
import { Section } from "./Section";

export function MyOrders() {
  const t = useT();
  const orders = useQuery(myOrdersQuery);
  return (
    <Section title={t("account.orders")} lead={t("account.orders.lead")}>
      {orders.isPending && <Skeleton className="h-16" />}
      {orders.isError && <ErrorPanel error={orders.error} onRetry={() => void orders.refetch()} />}
      {orders.data?.length === 0 && (
        <p>
          {t("account.orders.none")}{" "}
          <Link to="/" className="link">
            {t("tickets.browse")}
          </Link>
        </p>
      )}
      {orders.data && orders.data.length > 0 && (
        <ul className="divide-y divide-border">
          {orders.data.map((order) => (
            <OrderRow key={order.order_id} order={order} />
          ))}
        </ul>
      )}
    </Section>
  );
}
