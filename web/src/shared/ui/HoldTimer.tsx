// How long tickets are still held, by the server's clock. Digits aren't read out; a few moments are.
import { Clock } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { useT } from "../i18n/useT";
import { cx } from "../lib/cx";
import { formatCountdown } from "../lib/time";
import { useNow } from "../lib/useNow";

interface Props {
  readonly expiresAt: string;
  readonly onOver: () => void;
}

/** Announced when so many seconds are left. */
const MOMENTS = [600, 300, 120, 60, 30];
const LAST_MINUTES_MS = 120_000;

export function HoldTimer({ expiresAt, onOver }: Props) {
  const t = useT();
  const now = useNow(500);
  const left = Date.parse(expiresAt) - now;
  const isOver = left <= 0;
  const [said, setSaid] = useState("");
  const over = useRef(onOver);
  over.current = onOver;

  const moment = MOMENTS.findLast(
    (seconds) => left <= seconds * 1000 && left > (seconds - 10) * 1000,
  );
  useEffect(() => {
    if (moment === undefined) return;
    const minutes = moment / 60;
    setSaid(
      minutes >= 1
        ? t("hold.announce.minutes", { count: minutes })
        : t("hold.announce.seconds", { count: moment }),
    );
  }, [moment, t]);
  useEffect(() => {
    if (isOver) over.current();
  }, [isOver]);

  const isShort = left < LAST_MINUTES_MS;
  return (
    <div
      className={cx(
        "flex items-center gap-2 rounded-md px-4 py-2.5 font-medium",
        isShort ? "bg-warn-bg text-warn" : "bg-surface text-text",
      )}
    >
      <Clock size={18} aria-hidden="true" />
      <span>{t("hold.label")}</span>
      <span role="timer" aria-live="off" className="tabular text-lg font-bold">
        {/* Whole seconds: never more than there are. */}
        {formatCountdown(Math.floor(left / 1000) * 1000)}
      </span>
      <span role="status" className="sr-only">
        {isOver ? t("hold.announce.over") : said}
      </span>
    </div>
  );
}
