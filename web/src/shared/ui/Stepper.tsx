// A small whole number, changed by two large buttons or by typing.
import { Minus, Plus } from "lucide-react";
import { useT } from "../i18n/useT";

interface Props {
  /** What is counted; part of the accessible names. */
  readonly name: string;
  readonly value: number;
  readonly max: number;
  /** The least that makes sense; below it the value is 0. */
  readonly min?: number;
  readonly onChange: (value: number) => void;
  readonly describedBy?: string;
}

const SIDE =
  "grid size-11 place-items-center rounded-sm border border-border-strong bg-raised transition-colors " +
  "not-disabled:hover:bg-surface-2 disabled:cursor-not-allowed disabled:opacity-45";

export function Stepper({ name, value, max, min = 1, onChange, describedBy }: Props) {
  const t = useT();
  const set = (wanted: number) => {
    if (wanted <= 0 || max < min) onChange(0);
    else onChange(Math.min(Math.max(wanted, min), max));
  };
  return (
    <div className="flex items-center">
      <button
        type="button"
        className={SIDE}
        aria-label={t("stepper.less", { name })}
        disabled={value <= 0}
        onClick={() => set(value <= min ? 0 : value - 1)}
      >
        <Minus size={18} aria-hidden="true" />
      </button>
      <input
        inputMode="numeric"
        autoComplete="off"
        aria-label={name}
        aria-describedby={describedBy}
        className="tabular h-11 w-11 rounded-sm bg-transparent text-center text-lg font-semibold"
        value={value}
        onFocus={(event) => event.target.select()}
        onChange={(event) => {
          const digits = event.target.value.replace(/\D/g, "").slice(0, 3);
          set(digits === "" ? 0 : Number(digits));
        }}
        onKeyDown={(event) => {
          if (event.key === "ArrowUp") set(value + 1);
          else if (event.key === "ArrowDown") set(value <= min ? 0 : value - 1);
          else return;
          event.preventDefault();
        }}
      />
      <button
        type="button"
        className={SIDE}
        aria-label={t("stepper.more", { name })}
        disabled={value >= max || max < min}
        onClick={() => set(value + 1)}
      >
        <Plus size={18} aria-hidden="true" />
      </button>
    </div>
  );
}
