// Asks for a file in a dialog, shows how far the server is, and lets it be downloaded.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Download, FileDown } from "lucide-react";
import { useState } from "react";
import { Button } from "../../shared/ui/Button";
import { useStepUp } from "../desk/StepUp";
import { useT } from "../i18n/useT";
import { ExportDialog } from "./ExportDialog";
import { ExportRow } from "./ExportRow";
import {
  askForExport,
  type Days,
  type ExportedData,
  type ExportFormat,
  type ExportScope,
  exportsQuery,
} from "./queries";

interface Props {
  readonly scope: ExportScope;
  readonly data: ExportedData;
  /** The zone whose days are chosen. */
  readonly zone: string;
  /** The days that the list beside it shows. */
  readonly days?: Days;
}

export function ExportPanel({ scope, data, zone, days = {} }: Props) {
  const t = useT();
  const guarded = useStepUp();
  const queries = useQueryClient();
  const query = exportsQuery(scope);
  const exports = useQuery(query);
  const [isOpen, setOpen] = useState(false);
  const eventId = scope.eventId ?? null;
  const files = exports.data?.data.filter(
    (one) => one.own && one.data === data && (one.event_id ?? null) === eventId,
  );
  const ask = async (format: ExportFormat, chosen: Days) => {
    try {
      await guarded(() => askForExport(scope, { data, format, zone, days: chosen }));
    } finally {
      await queries.invalidateQueries({ queryKey: query.queryKey });
    }
  };
  return (
    <section aria-label={t("export.title")} className="card flex flex-col gap-3 p-4 sm:p-5">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <p className="flex min-w-0 flex-1 basis-64 items-center gap-3 text-sm text-muted">
          <FileDown size={20} aria-hidden="true" className="shrink-0" />
          {t(`export.text.${data}`)}
        </p>
        <Button
          icon={<Download size={18} aria-hidden="true" />}
          aria-haspopup="dialog"
          onClick={() => setOpen(true)}
        >
          {t(`export.ask.${data}`)}
        </Button>
      </div>
      {files && files.length > 0 && (
        <ul className="flex flex-col">
          {files.slice(0, 5).map((one) => (
            <ExportRow
              key={one.export_id}
              organizationId={scope.organizationId}
              file={one}
              zone={zone}
            />
          ))}
        </ul>
      )}
      {isOpen && (
        <ExportDialog
          data={data}
          zone={zone}
          days={days}
          onAsk={ask}
          onClose={() => setOpen(false)}
        />
      )}
    </section>
  );
}
