// A wall time in a zone: says the offset, refuses times that don't exist, asks which of two is meant.
import { useI18n } from "../../shared/i18n/context";
import { useT } from "../i18n/useT";
import { DateTimeField } from "./DateTimeField";
import { formatWall, isZone, offsetAt, parseWall, resolveWall } from "./wallTime";
import type { ZonedTime } from "./zonedTime";

interface Props {
  readonly id: string;
  readonly label: string;
  readonly zone: string;
  readonly value: ZonedTime;
  readonly onChange: (value: ZonedTime) => void;
  readonly error?: string | undefined;
  readonly isOptional?: boolean;
  readonly isDisabled?: boolean;
}

export function ZonedTimeField({ zone, value, onChange, error, id, ...field }: Props) {
  const t = useT();
  const { locale } = useI18n();
  const wall = parseWall(value.wall);
  const resolved = wall && isZone(zone) ? resolveWall(wall, zone, value.fold) : null;
  const both = wall && isZone(zone) ? resolveWall(wall, zone, null) : null;
  const offset = (at: string) => offsetAt(at, zone, locale);
  const gap =
    resolved?.kind === "gap"
      ? t("kit.gap", {
          zone,
          before: formatWall(resolved.before, locale),
          after: formatWall(resolved.after, locale),
        })
      : undefined;
  return (
    <div className="flex flex-col gap-3">
      <DateTimeField
        {...field}
        id={id}
        value={wall}
        hint={resolved?.kind === "instant" ? `${zone}, ${offset(resolved.at)}` : undefined}
        error={gap ?? error}
        onChange={(next) => onChange({ wall: next?.toString() ?? "", fold: null })}
      />
      {both?.kind === "twice" && (
        <fieldset className="flex flex-col gap-1 rounded-sm border border-warn/40 bg-warn-bg p-3">
          <legend className="sr-only">{t("kit.twice.label", { label: field.label })}</legend>
          <p className="text-sm">{t("kit.twice")}</p>
          {(["earlier", "later"] as const).map((fold) => (
            <label key={fold} className="flex min-h-9 items-center gap-2 font-semibold">
              <input
                type="radio"
                name={`${id}-fold`}
                className="size-5 accent-primary"
                checked={value.fold === fold}
                disabled={field.isDisabled}
                onChange={() => onChange({ ...value, fold })}
              />
              {t(`kit.twice.${fold}`, { offset: offset(both[fold]) })}
            </label>
          ))}
        </fieldset>
      )}
    </div>
  );
}
