// What a file is written as, and of which days its rows are.
import { type FormEvent, useState } from "react";
import { problemText } from "../../shared/i18n/problemText";
import { Button } from "../../shared/ui/Button";
import { Dialog } from "../../shared/ui/Dialog";
import { SelectField } from "../../shared/ui/SelectField";
import { TextField } from "../../shared/ui/TextField";
import { useT } from "../i18n/useT";
import { type Days, type ExportedData, type ExportFormat, FORMATS, isBackwards } from "./queries";

interface Props {
  readonly data: ExportedData;
  /** The zone whose days are meant. */
  readonly zone: string;
  /** The days that are chosen at the beginning. */
  readonly days: Days;
  readonly onAsk: (format: ExportFormat, days: Days) => Promise<void>;
  readonly onClose: () => void;
}

export function ExportDialog({ data, zone, days: given, onAsk, onClose }: Props) {
  const t = useT();
  const [format, setFormat] = useState<ExportFormat>("csv");
  const [days, setDays] = useState(given);
  const [isAsking, setAsking] = useState(false);
  const [isWrong, setWrong] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const isRefused = isWrong && isBackwards(days);
  const ask = async (event: FormEvent) => {
    event.preventDefault();
    setWrong(isBackwards(days));
    if (isBackwards(days)) return;
    setAsking(true);
    setError(null);
    try {
      await onAsk(format, days);
      onClose();
    } catch (problem) {
      setError(problem);
      setAsking(false);
    }
  };
  return (
    <Dialog isOpen title={t(`export.ask.${data}`)} onClose={onClose}>
      <form noValidate className="flex flex-col gap-5" onSubmit={(event) => void ask(event)}>
        <SelectField
          label={t("export.format")}
          hint={t(`export.format.${format}`)}
          value={format}
          onChange={(event) =>
            setFormat(FORMATS.find((one) => one === event.target.value) ?? "csv")
          }
        >
          {FORMATS.map((one) => (
            <option key={one} value={one}>
              {one.toUpperCase()}
            </option>
          ))}
        </SelectField>
        <TextField
          label={t(`export.from.${data}`)}
          type="date"
          isOptional
          max={days.to}
          value={days.from ?? ""}
          onChange={(event) => setDays({ ...days, from: event.target.value })}
        />
        <TextField
          label={t(`export.to.${data}`)}
          type="date"
          isOptional
          min={days.from}
          value={days.to ?? ""}
          error={isRefused ? t("export.backwards") : undefined}
          onChange={(event) => setDays({ ...days, to: event.target.value })}
        />
        <p className="text-sm text-muted">{t("export.days", { zone })}</p>
        {error !== null && (
          <p role="alert" className="text-sm font-medium text-danger">
            {problemText(error, t)}
          </p>
        )}
        <Button type="submit" tone="primary" isBusy={isAsking}>
          {t("export.make")}
        </Button>
      </form>
    </Dialog>
  );
}
