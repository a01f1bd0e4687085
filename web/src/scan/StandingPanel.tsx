// One large statement about this device, readable at arm's length.
import type { ReactNode } from "react";
import { cx } from "../shared/lib/cx";

const TONES = {
  danger: "border-danger/60 bg-danger-bg text-danger",
  warn: "border-warn/40 bg-warn-bg text-warn",
};

interface Props {
  readonly icon: ReactNode;
  readonly title: string;
  readonly tone?: keyof typeof TONES;
  readonly children: ReactNode;
}

export function StandingPanel({ icon, title, tone = "danger", children }: Props) {
  return (
    <div
      role="alert"
      className={cx(
        "flex flex-col items-center gap-3 rounded-lg border px-6 py-10 text-center",
        TONES[tone],
      )}
    >
      <span aria-hidden="true">{icon}</span>
      <h2 className="text-2xl font-bold [overflow-wrap:anywhere]">{title}</h2>
      <div className="max-w-md text-text">{children}</div>
    </div>
  );
}
