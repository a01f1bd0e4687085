// The last two minutes are announced, with what happens at the end. No dialog: nobody is interrupted while typing.
import { Clock } from "lucide-react";
import { useI18n } from "../../shared/i18n/context";
import { formatTime, localZone } from "../../shared/lib/time";
import { useNow } from "../../shared/lib/useNow";
import { Notice } from "../../shared/ui/Notice";
import { useT } from "../i18n/useT";

interface Props {
  readonly expiresAt: string;
}

const LAST_MS = 120_000;

export function TimeWarning({ expiresAt }: Props) {
  const t = useT();
  const { locale } = useI18n();
  const left = Date.parse(expiresAt) - useNow(1000);
  if (left > LAST_MS || left <= 0) return null;
  return (
    <Notice tone="warn" role="status" icon={<Clock size={22} className="text-warn" />}>
      <p className="font-semibold">{t("pay.warn.title")}</p>
      <p>{t("pay.warn.text", { time: formatTime(expiresAt, localZone(), locale, "time") })}</p>
    </Notice>
  );
}
