// A sentence that matters on this page, in the tone of its news.
import type { ReactNode } from "react";
import { cx } from "../lib/cx";

const TONES = {
  info: "border-primary/40 bg-info-bg",
  success: "border-success/40 bg-success-bg",
  warn: "border-warn/40 bg-warn-bg",
  danger: "border-danger/60 bg-danger-bg",
};

interface Props {
  readonly tone?: keyof typeof TONES;
  readonly icon?: ReactNode;
  readonly role?: "status" | "alert";
  readonly className?: string;
  readonly children: ReactNode;
}

export function Notice({ tone = "info", icon, role, className, children }: Props) {
  return (
    <div role={role} className={cx("flex gap-3 rounded-md border p-4", TONES[tone], className)}>
      {icon && (
        <span aria-hidden="true" className="mt-0.5 shrink-0">
          {icon}
        </span>
      )}
      <div className="min-w-0 flex-1">{children}</div>
    </div>
  );
}
