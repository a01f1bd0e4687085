// How buttons look; links that look like buttons use it too.
import { cx } from "../lib/cx";

export type ButtonTone = "primary" | "secondary" | "quiet" | "danger";
export type ButtonSize = "md" | "sm" | "lg";

const BASE =
  "inline-flex items-center justify-center gap-2 rounded-sm py-1 font-semibold transition-colors select-none " +
  "[&>svg]:shrink-0 " +
  "disabled:cursor-not-allowed disabled:opacity-55 aria-busy:cursor-progress forced-colors:border";

const TONES: Record<ButtonTone, string> = {
  primary: "bg-primary text-on-primary not-disabled:hover:bg-primary-hover",
  secondary: "border border-border-strong bg-raised text-text not-disabled:hover:bg-surface-2",
  quiet: "text-text not-disabled:hover:bg-surface-2",
  danger: "bg-danger-solid text-on-danger not-disabled:hover:opacity-90",
};

const SIZES: Record<ButtonSize, string> = {
  sm: "min-h-9 px-3 text-sm",
  md: "min-h-11 px-4 text-base",
  lg: "min-h-13 px-6 text-lg",
};

export function buttonClass(tone: ButtonTone = "secondary", size: ButtonSize = "md"): string {
  return cx(BASE, TONES[tone], SIZES[size]);
}
