// Live figures that aren't live at the moment say so.
import { RefreshCw } from "lucide-react";
import { useI18n } from "../i18n/context";
import { useT } from "../i18n/useT";
import { formatTime, localZone } from "../lib/time";

export function StaleNotice({ since }: { readonly since: number }) {
  const t = useT();
  const { locale } = useI18n();
  const time = formatTime(new Date(since).toISOString(), localZone(), locale, "time");
  return (
    <p
      role="status"
      className="flex items-center gap-2 rounded-sm bg-warn-bg px-3 py-2 text-sm text-warn"
    >
      <RefreshCw size={16} aria-hidden="true" className="shrink-0" />
      {t("stale.text", { time })}
    </p>
  );
}
