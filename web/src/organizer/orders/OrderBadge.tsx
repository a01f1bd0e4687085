// Where an order is in its life.
import { Badge } from "../../shared/ui/Badge";
import { useT } from "../i18n/useT";
import type { OrderView } from "./queries";

export function OrderBadge({ order }: { readonly order: OrderView }) {
  const t = useT();
  return (
    <span className="inline-flex flex-wrap gap-1">
      <Badge tone={order.status === "COMPLETED" ? "success" : "info"}>
        {t(`order.status.${order.status}`)}
      </Badge>
      {order.late && <Badge tone="warn">{t("order.late")}</Badge>}
    </span>
  );
}
