// Tells screen readers the two changes that matter: sold out, and available again.
import { useEffect, useRef, useState } from "react";
import type { EventView, TicketTypeView } from "../../../shared/catalogue/queries";
import type { TypeSale } from "../../../shared/catalogue/saleState";
import { useT } from "../../i18n/useT";

interface Props {
  readonly event: EventView;
  readonly rows: readonly { readonly type: TicketTypeView; readonly sale: TypeSale }[];
}

export function StockAnnouncer({ event, rows }: Props) {
  const t = useT();
  const [text, setText] = useState("");
  const before = useRef(new Map<string, boolean>());
  const now = rows
    .filter(({ sale }) => ["available", "few", "soldout", "held"].includes(sale.kind))
    .map(
      ({ type, sale }) =>
        `${type.ticket_type_id} ${sale.kind === "available" || sale.kind === "few"}`,
    )
    .join("\n");
  useEffect(() => {
    const news: string[] = [];
    for (const line of now.split("\n").filter(Boolean)) {
      const [id = "", isAvailable] = line.split(" ");
      const was = before.current.get(id);
      const is = isAvailable === "true";
      before.current.set(id, is);
      const name = event.ticket_types.find((type) => type.ticket_type_id === id)?.name ?? "";
      if (was === true && !is) news.push(t("box.announce.soldout", { name }));
      if (was === false && is) news.push(t("box.announce.back", { name }));
    }
    if (news.length > 0) setText(news.join(" "));
  }, [now, event, t]);
  return (
    <p role="status" className="sr-only">
      {text}
    </p>
  );
}
