// A short state, told by word and colour.
import type { ReactNode } from "react";
import { cx } from "../lib/cx";

export type BadgeTone = "success" | "warn" | "danger" | "info" | "neutral";

const TONES: Record<BadgeTone, string> = {
  success: "bg-success-bg text-success",
  warn: "bg-warn-bg text-warn",
  danger: "bg-danger-bg text-danger",
  info: "bg-info-bg text-primary",
  neutral: "bg-surface-2 text-muted",
};

interface Props {
  readonly tone?: BadgeTone;
  readonly children: ReactNode;
}

export function Badge({ tone = "neutral", children }: Props) {
  return (
    <span
      className={cx(
        "inline-flex items-center gap-1 rounded-full px-2.5 py-0.5 text-xs font-semibold whitespace-nowrap",
        TONES[tone],
      )}
    >
      {children}
    </span>
  );
}
