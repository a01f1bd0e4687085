// Chooses an instant: dragged, by arrow keys, or step by step. Each stop is something that happened; the last is now.
import { ChevronLeft, ChevronRight } from "lucide-react";
import { Label } from "react-aria-components/Label";
import { Slider, SliderOutput, SliderThumb, SliderTrack } from "react-aria-components/Slider";
import { useI18n } from "../../shared/i18n/context";
import { Button } from "../../shared/ui/Button";
import { useT } from "../i18n/useT";
import { eventName, formatMoment } from "./eventName";
import type { HistoryEntry } from "./queries";

interface Props {
  /** The latest step; the stop after it is now. */
  readonly last: number;
  readonly at: number;
  /** What happened at the chosen step, once it is known. */
  readonly entry: HistoryEntry | undefined;
  readonly zone: string;
  readonly onChange: (at: number) => void;
}

export function TimeSlider({ last, at, entry, zone, onChange }: Props) {
  const t = useT();
  const { locale } = useI18n();
  const now = last + 1;
  const number = (value: number) => new Intl.NumberFormat(locale).format(value);
  const label = () => {
    if (at >= now) return t("history.now");
    const step = t("history.step", { step: number(at), total: number(last) });
    if (entry?.version !== at) return step;
    return `${formatMoment(entry.at, zone, locale)} · ${eventName(entry.event_type, t)} · ${step}`;
  };
  return (
    <section className="card flex flex-col gap-3 p-5">
      <Slider
        minValue={1}
        maxValue={now}
        value={at}
        onChange={(value) => onChange(Array.isArray(value) ? (value[0] ?? 1) : value)}
        className="flex flex-col gap-2"
      >
        <div className="flex flex-wrap items-baseline justify-between gap-2">
          <Label className="font-semibold">{t("history.slider")}</Label>
          <SliderOutput className="tabular text-sm">{label}</SliderOutput>
        </div>
        <SliderTrack className="relative mx-3 h-11">
          {({ state }) => (
            <>
              <span className="absolute inset-x-0 top-1/2 h-1.5 -translate-y-1/2 rounded-full border border-border-strong bg-surface-2" />
              <span
                className="absolute start-0 top-1/2 h-1.5 -translate-y-1/2 rounded-full bg-primary"
                style={{ width: `${state.getThumbPercent(0) * 100}%` }}
              />
              <SliderThumb
                className={({ isFocusVisible }) =>
                  `top-1/2 size-6 rounded-full border-2 border-primary bg-bg shadow-card ${
                    isFocusVisible ? "outline-3 outline-offset-2 outline-primary" : ""
                  }`
                }
              />
            </>
          )}
        </SliderTrack>
      </Slider>
      <div className="flex flex-wrap gap-2">
        <Button
          size="sm"
          isDisabled={at <= 1}
          icon={<ChevronLeft size={16} aria-hidden="true" className="rtl:-scale-x-100" />}
          onClick={() => onChange(at - 1)}
        >
          {t("history.before")}
        </Button>
        <Button
          size="sm"
          isDisabled={at >= now}
          icon={<ChevronRight size={16} aria-hidden="true" className="rtl:-scale-x-100" />}
          onClick={() => onChange(at + 1)}
        >
          {t("history.after")}
        </Button>
        <Button size="sm" tone="quiet" isDisabled={at >= now} onClick={() => onChange(now)}>
          {t("history.now")}
        </Button>
      </div>
    </section>
  );
}
