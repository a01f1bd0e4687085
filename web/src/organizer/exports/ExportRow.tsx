// One file: being made, ready, or given up.
import { useState } from "react";
import { useI18n } from "../../shared/i18n/context";
import { problemText } from "../../shared/i18n/problemText";
import { localZone } from "../../shared/lib/time";
import { Button } from "../../shared/ui/Button";
import { When } from "../../shared/ui/When";
import { useT } from "../i18n/useT";
import { downloadExport, isBeingMade, type OrganizationExport } from "./queries";

interface Props {
  readonly organizationId: string;
  readonly file: OrganizationExport;
}

export function ExportRow({ organizationId, file }: Props) {
  const t = useT();
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const download = async () => {
    setBusy(true);
    setError(null);
    try {
      await downloadExport(organizationId, file);
    } catch (problem) {
      setError(problem);
    } finally {
      setBusy(false);
    }
  };
  return (
    <li className="flex flex-wrap items-center justify-between gap-3 border-t border-border py-3 last:pb-0">
      <span className="text-sm">
        <When at={file.requested_at} zone={localZone()} />
      </span>
      <span role="status" className="flex min-w-0 flex-1 basis-48 flex-col gap-1 text-sm">
        <Standing of={file} />
        {error !== null && <span className="font-medium text-danger">{problemText(error, t)}</span>}
      </span>
      {file.status === "READY" && (
        <Button size="sm" isBusy={isBusy} onClick={() => void download()}>
          {t("export.download")}
        </Button>
      )}
    </li>
  );
}

function Standing({ of }: { readonly of: OrganizationExport }) {
  const t = useT();
  const { locale } = useI18n();
  const number = (value: number) => new Intl.NumberFormat(locale).format(value);
  const total = of.rows_total ?? 0;
  if (isBeingMade(of)) {
    return (
      <>
        <span>
          {of.rows_total == null
            ? t("export.waiting")
            : t("export.running", { done: number(of.rows_done), total: number(total) })}
        </span>
        <progress
          aria-label={t("export.progress")}
          className={
            "h-2 w-full max-w-xs appearance-none overflow-hidden rounded-full border border-border-strong bg-surface-2 " +
            "indeterminate:animate-pulse [&::-moz-progress-bar]:bg-primary " +
            "[&::-webkit-progress-bar]:bg-transparent [&::-webkit-progress-value]:bg-primary"
          }
          {...(of.rows_total != null && { max: Math.max(total, 1), value: of.rows_done })}
        />
      </>
    );
  }
  if (of.status === "FAILED") {
    return <span className="font-medium text-danger">{t("export.failed")}</span>;
  }
  return (
    <>
      <span>{t("export.ready", { count: of.rows_done })}</span>
      <span className="text-muted">
        {t("export.until")} <When at={of.expires_at} zone={localZone()} />
      </span>
    </>
  );
}
