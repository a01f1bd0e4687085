// How the sale of an event stands, in a word or two.

import type { EventSale } from "../../shared/catalogue/saleState";
import { Badge, type BadgeTone } from "../../shared/ui/Badge";
import { useT } from "../i18n/useT";

const TONES: Record<Exclude<EventSale, "unknown">, BadgeTone> = {
  onsale: "success",
  few: "warn",
  soldout: "neutral",
  soon: "info",
  ended: "neutral",
  cancelled: "danger",
  suspended: "warn",
  over: "neutral",
  draft: "neutral",
};

export function SaleBadge({ sale }: { readonly sale: EventSale }) {
  const t = useT();
  if (sale === "unknown") return null;
  return <Badge tone={TONES[sale]}>{t(`event.state.${sale}`)}</Badge>;
}
