// Nothing here: what this place is for, and one thing to do.
import type { ReactNode } from "react";

interface Props {
  readonly icon?: ReactNode;
  readonly title: string;
  readonly children?: ReactNode;
  readonly action?: ReactNode;
}

export function EmptyState({ icon, title, children, action }: Props) {
  return (
    <div className="flex flex-col items-center gap-3 rounded-lg border border-dashed border-border px-6 py-14 text-center">
      {icon && (
        <span aria-hidden="true" className="rounded-full bg-surface-2 p-4 text-muted">
          {icon}
        </span>
      )}
      <h2 className="text-xl font-bold">{title}</h2>
      {children && <div className="max-w-md text-muted">{children}</div>}
      {action && <div className="mt-2 flex flex-wrap justify-center gap-3">{action}</div>}
    </div>
  );
}
