// Why one can't take more, or fewer: said when it matters.
import type { TicketTypeView } from "../../../shared/catalogue/queries";
import { useT } from "../../i18n/useT";
import type { Limit } from "./limits";

interface Props {
  readonly id: string;
  readonly type: TicketTypeView;
  readonly limit: Limit;
  readonly quantity: number;
  readonly cap: number;
}

export function LimitNote({ id, type, limit, quantity, cap }: Props) {
  const t = useT();
  const isAtMost = quantity > 0 && quantity >= limit.most;
  const most = {
    max: t("box.limit.max", { count: type.max_per_order }),
    person: t("box.limit.person", { count: cap }),
    left: t("box.limit.left", { count: limit.most }),
  }[limit.rule];
  const least = type.min_per_order > 1 ? t("box.limit.min", { count: type.min_per_order }) : null;
  const text = isAtMost || limit.most === 0 ? most : least;
  return (
    <p id={`${id}`} role="status" className="text-sm text-muted empty:hidden">
      {text}
    </p>
  );
}
