// The same instant for a reader whose clock shows something else; nothing if it doesn't.
import { useI18n } from "../i18n/context";
import { useT } from "../i18n/useT";
import { formatTime, isSameWallClock, localZone, zoneName } from "../lib/time";

interface Props {
  readonly at: string;
  readonly zone: string;
}

export function YourTime({ at, zone }: Props) {
  const t = useT();
  const { locale } = useI18n();
  const own = localZone();
  if (isSameWallClock(at, zone, own)) return null;
  const time = `${formatTime(at, own, locale, "short")} ${zoneName(at, own, locale)}`;
  return <span className="tabular">{t("time.yours", { time })}</span>;
}
