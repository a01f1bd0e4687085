// One order in the account, with its event.
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { eventQuery } from "../../shared/catalogue/queries";
import { Money } from "../../shared/ui/Money";
import { When } from "../../shared/ui/When";
import type { Order } from "../booking/queries";
import { useT } from "../i18n/useT";

export function OrderRow({ order }: { readonly order: Order }) {
  const t = useT();
  const { data: event } = useQuery(eventQuery(order.event_id));
  const count = order.items.reduce((sum, item) => sum + item.quantity, 0);
  return (
    <li className="flex flex-col justify-between gap-x-4 gap-y-1 py-3 sm:flex-row sm:items-baseline">
      <div className="min-w-0">
        <Link
          to="/orders/$orderId"
          params={{ orderId: order.order_id }}
          className="link font-semibold"
        >
          <bdi>{event?.title ?? t("order.title")}</bdi>
        </Link>
        <p className="text-sm text-muted">
          {event && <When at={event.starts_at} zone={event.time_zone} />}
        </p>
      </div>
      <p className="text-sm">
        {t("box.count", { count })} · <Money value={order.total} />
      </p>
    </li>
  );
}
