// One file: being made, ready, or given up.
import { useState } from "react";
import { useI18n } from "../../shared/i18n/context";
import { problemText } from "../../shared/i18n/problemText";
import { dateFormat } from "../../shared/lib/formatters";
import { localZone } from "../../shared/lib/time";
import { Button } from "../../shared/ui/Button";
import { When } from "../../shared/ui/When";
import { useT } from "../i18n/useT";
import { downloadExport, isBeingMade, type OrganizationExport } from "./queries";

interface Props {
  readonly organizationId: string;
  readonly file: OrganizationExport;
  readonly zone: string;
}

export function ExportRow({ organizationId, file, zone }: Props) {
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
      <span className="flex flex-col gap-1 text-sm">
        <When at={file.requested_at} zone={localZone()} />
        <What of={file} zone={zone} />
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

/** “XLSX, Mar 1 – 31, 2027”. */
function What({ of, zone }: { readonly of: OrganizationExport; readonly zone: string }) {
  const t = useT();
  const { locale } = useI18n();
  const day = dateFormat(locale, { dateStyle: "medium", timeZone: zone });
  const format = of.format.toUpperCase();
  const from = of.from ? new Date(of.from) : null;
  // It ends before this instant: the last day is the one that ends with it.
  const to = of.to ? new Date(Date.parse(of.to) - 1) : null;
  let days = "";
  if (from && to) days = day.formatRange(from, to);
  else if (from) days = t("export.since", { day: day.format(from) });
  else if (to) days = t("export.till", { day: day.format(to) });
  return <span className="text-muted">{days ? `${format}, ${days}` : format}</span>;
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
