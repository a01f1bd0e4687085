// An instant in the zone of the event.
import { useI18n } from "../i18n/context";
import { formatTime, type TimeStyle } from "../lib/time";

interface Props {
  readonly at: string;
  readonly zone: string;
  readonly style?: TimeStyle;
}

export function When({ at, zone, style = "short" }: Props) {
  const { locale } = useI18n();
  return (
    <time dateTime={at} className="tabular">
      {formatTime(at, zone, locale, style)}
    </time>
  );
}
