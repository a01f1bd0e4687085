// What is being bought: the event, each line, the total.
import type { ReactNode } from "react";
import { placeOf } from "../../shared/catalogue/place";
import type { EventView } from "../../shared/catalogue/queries";
import { Artwork } from "../../shared/ui/Artwork";
import { Money } from "../../shared/ui/Money";
import { When } from "../../shared/ui/When";
import { useT } from "../i18n/useT";
import type { Item } from "./items";

interface Props {
  readonly event: EventView;
  readonly items: readonly Item[];
  readonly action?: ReactNode;
}

export function OrderSummary({ event, items, action }: Props) {
  const t = useT();
  const total = items.reduce((sum, item) => sum + item.line_total.amount, 0);
  const nameOf = (id: string) =>
    event.ticket_types.find((type) => type.ticket_type_id === id)?.name ?? t("box.title");
  return (
    <section aria-labelledby="summary" className="card overflow-hidden">
      <div className="flex gap-4 p-5">
        <Artwork
          seed={event.event_id}
          category={event.category ?? ""}
          imageUrl={event.image_url ?? null}
          className="h-16 w-20 shrink-0 rounded-sm object-cover"
        />
        <div className="min-w-0">
          <h2 id="summary" dir="auto" className="text-lg font-bold">
            {event.title}
          </h2>
          <p className="text-sm text-muted">
            <When at={event.starts_at} zone={event.time_zone} />
          </p>
          <p className="text-sm text-muted">
            <bdi>{placeOf(event).title}</bdi>
          </p>
        </div>
      </div>
      <div className="border-t border-border px-5 py-4">
        <ul className="flex flex-col gap-1.5">
          {items.map((item) => (
            <li key={item.ticket_type_id} className="flex justify-between gap-4">
              <span>
                <span className="tabular">{item.quantity} × </span>
                <bdi>{nameOf(item.ticket_type_id)}</bdi>
              </span>
              <Money value={item.line_total} />
            </li>
          ))}
        </ul>
        <p className="mt-3 flex items-baseline justify-between gap-4 border-t border-border pt-3 font-bold">
          <span>{t("box.total")}</span>
          <span className="text-xl">
            <Money value={{ amount: total, currency: event.currency }} />
          </span>
        </p>
        {action && <div className="mt-2">{action}</div>}
      </div>
    </section>
  );
}
