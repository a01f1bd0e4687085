// What happened, what is safe, and a way on.
import { CircleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { isProblem } from "../api/problem";
import { problemText } from "../i18n/problemText";
import { useT } from "../i18n/useT";
import { Button } from "./Button";

interface Props {
  readonly error: unknown;
  readonly onRetry?: () => void;
  readonly title?: string;
  readonly children?: ReactNode;
}

export function ErrorPanel({ error, onRetry, title, children }: Props) {
  const t = useT();
  const traceId = isProblem(error) && error.status >= 500 ? error.traceId : null;
  return (
    <div role="alert" className="flex gap-3 rounded-md border border-danger bg-danger-bg p-4">
      <CircleAlert size={22} aria-hidden="true" className="mt-0.5 shrink-0 text-danger" />
      <div className="flex min-w-0 flex-col items-start gap-2">
        <p className="font-semibold text-danger">{title ?? t("error.title")}</p>
        <p>{problemText(error, t)}</p>
        {children}
        {traceId && <p className="text-sm break-all">{t("error.trace", { id: traceId })}</p>}
        {onRetry && <Button onClick={onRetry}>{t("action.retry")}</Button>}
      </div>
    </div>
  );
}
