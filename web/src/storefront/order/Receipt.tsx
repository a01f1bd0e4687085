// What was paid for what.
import type { EventView } from "../../shared/catalogue/queries";
import { localZone } from "../../shared/lib/time";
import { Money } from "../../shared/ui/Money";
import { When } from "../../shared/ui/When";
import type { Order } from "../booking/queries";
import { useT } from "../i18n/useT";

interface Props {
  readonly order: Order;
  readonly event: EventView;
}

export function Receipt({ order, event }: Props) {
  const t = useT();
  const nameOf = (id: string) =>
    event.ticket_types.find((type) => type.ticket_type_id === id)?.name ?? t("box.title");
  return (
    <section aria-labelledby="receipt" className="card p-5">
      <h2 id="receipt" className="text-lg font-bold">
        {t("order.receipt")}
      </h2>
      <p className="text-sm text-muted">
        <When at={order.paid_at} zone={localZone()} />
      </p>
      <ul className="mt-3 flex flex-col gap-1.5">
        {order.items.map((item) => (
          <li key={item.ticket_type_id} className="flex justify-between gap-4">
            <span>
              <span className="tabular">{item.quantity} × </span>
              <bdi>{nameOf(item.ticket_type_id)}</bdi>
            </span>
            <Money value={item.line_total} />
          </li>
        ))}
      </ul>
      <p className="mt-3 flex justify-between gap-4 border-t border-border pt-3 font-bold">
        <span>{t("order.total")}</span>
        <Money value={order.total} />
      </p>
    </section>
  );
}
