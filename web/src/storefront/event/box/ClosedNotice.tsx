// Why nothing can be bought: cancelled, over, suspended, sold out, or not yet, with a countdown.
import { CalendarX2, CirclePause, Clock, Frown, History } from "lucide-react";
import type { EventView } from "../../../shared/catalogue/queries";
import { type EventSale, nextOpening } from "../../../shared/catalogue/saleState";
import { useI18n } from "../../../shared/i18n/context";
import { formatCountdown, formatTime, localZone } from "../../../shared/lib/time";
import { Notice } from "../../../shared/ui/Notice";
import { useT } from "../../i18n/useT";

interface Props {
  readonly event: EventView;
  readonly sale: EventSale;
  readonly now: number;
  /** Some are only held: they may come back. */
  readonly isHeld: boolean;
}

const DAY_MS = 24 * 3_600_000;

export function ClosedNotice({ event, sale, now, isHeld }: Props) {
  const t = useT();
  const { locale } = useI18n();
  if (sale === "cancelled") {
    return (
      <Notice tone="danger" icon={<CalendarX2 size={22} className="text-danger" />}>
        <h2 className="font-bold">{t("event.cancelled.title")}</h2>
        {event.cancellation_reason && <Reason text={event.cancellation_reason} />}
        <p>{t("event.cancelled.text")}</p>
      </Notice>
    );
  }
  if (sale === "over") {
    return (
      <Notice icon={<History size={22} className="text-primary" />}>
        <h2 className="font-bold">{t("event.over.title")}</h2>
      </Notice>
    );
  }
  if (sale === "suspended") {
    return (
      <Notice tone="warn" icon={<CirclePause size={22} className="text-warn" />}>
        <h2 className="font-bold">{t("event.suspended.title")}</h2>
        <p>{t("event.suspended.text")}</p>
      </Notice>
    );
  }
  if (sale === "soldout") {
    return (
      <Notice tone="warn" icon={<Frown size={22} className="text-warn" />}>
        <h2 className="font-bold">{isHeld ? t("box.none.held") : t("box.none.title")}</h2>
        <p>{t("box.none.text")}</p>
      </Notice>
    );
  }
  const opening = sale === "soon" ? nextOpening(event, now) : null;
  if (!opening) return null;
  const left = Date.parse(opening) - now;
  return (
    <Notice icon={<Clock size={22} className="text-primary" />}>
      <h2 className="font-bold">{t("event.state.soon")}</h2>
      <p className="tabular text-2xl font-bold" role="timer">
        {left < DAY_MS
          ? formatCountdown(left)
          : t("box.opensDays", { count: Math.floor(left / DAY_MS) })}
      </p>
      <p>{t("box.opens", { time: formatTime(opening, localZone(), locale, "full") })}</p>
    </Notice>
  );
}

/** What the organizer says, in its own direction. */
function Reason({ text }: { readonly text: string }) {
  const t = useT();
  const [before, after] = t("event.cancelled.reason", { reason: "\u0000" }).split("\u0000");
  return (
    <p>
      {before}
      <bdi>{text}</bdi>
      {after}
    </p>
  );
}
