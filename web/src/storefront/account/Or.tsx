// Between two ways to do the same.
import { useT } from "../i18n/useT";

export function Or() {
  const t = useT();
  return (
    <p className="flex items-center gap-3 text-sm text-muted before:h-px before:flex-1 before:bg-border after:h-px after:flex-1 after:bg-border">
      {t("auth.or")}
    </p>
  );
}
