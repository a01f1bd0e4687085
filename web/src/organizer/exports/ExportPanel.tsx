// Asks for a file, shows how far the server is, and lets it be downloaded.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Download, FileDown } from "lucide-react";
import { useState } from "react";
import { problemText } from "../../shared/i18n/problemText";
import { Button } from "../../shared/ui/Button";
import { useStepUp } from "../desk/StepUp";
import { useT } from "../i18n/useT";
import { ExportRow } from "./ExportRow";
import { askForExport, type ExportedData, type ExportScope, exportsQuery } from "./queries";

interface Props {
  readonly scope: ExportScope;
  readonly data: ExportedData;
}

export function ExportPanel({ scope, data }: Props) {
  const t = useT();
  const guarded = useStepUp();
  const queries = useQueryClient();
  const query = exportsQuery(scope);
  const exports = useQuery(query);
  const [isAsking, setAsking] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const eventId = scope.eventId ?? null;
  const files = exports.data?.data.filter(
    (one) => one.own && one.data === data && (one.event_id ?? null) === eventId,
  );
  const ask = async () => {
    setAsking(true);
    setError(null);
    try {
      await guarded(() => askForExport(scope, data));
    } catch (problem) {
      setError(problem);
    } finally {
      await queries.invalidateQueries({ queryKey: query.queryKey });
      setAsking(false);
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
          isBusy={isAsking}
          onClick={() => void ask()}
        >
          {t(`export.ask.${data}`)}
        </Button>
      </div>
      {error !== null && (
        <p role="alert" className="text-sm font-medium text-danger">
          {problemText(error, t)}
        </p>
      )}
      {files && files.length > 0 && (
        <ul className="flex flex-col">
          {files.slice(0, 5).map((one) => (
            <ExportRow key={one.export_id} organizationId={scope.organizationId} file={one} />
          ))}
        </ul>
      )}
    </section>
  );
}
