// The usual spans of days, one press each.
import { cx } from "../../shared/lib/cx";
import { useNow } from "../../shared/lib/useNow";
import { useT } from "../i18n/useT";
import { dayFrom, type Filters } from "./filters";

interface Props {
  readonly filters: Filters;
  readonly onChange: (next: Partial<Filters>) => void;
}

export function DayChips({ filters, onChange }: Props) {
  const t = useT();
  const now = useNow(60_000);
  const today = dayFrom(now, 0);
  const spans = [
    { name: t("filter.anytime"), from: undefined, to: undefined },
    { name: t("filter.week"), from: today, to: dayFrom(now, 7) },
    { name: t("filter.month"), from: today, to: dayFrom(now, 30) },
  ];
  return (
    <div className="flex flex-wrap gap-2">
      {spans.map(({ name, from, to }) => {
        const isOn = filters.from === from && filters.to === to;
        return (
          <button
            key={name}
            type="button"
            aria-pressed={isOn}
            className={cx(
              "min-h-10 rounded-full border px-4 text-sm font-semibold transition-colors",
              isOn
                ? "border-primary bg-info-bg text-primary"
                : "border-border-strong bg-raised hover:bg-surface-2",
            )}
            onClick={() => onChange({ from, to })}
          >
            {name}
          </button>
        );
      })}
    </div>
  );
}
