// Asks before something that concerns others, and says what follows from it.
import { useState } from "react";
import { useT } from "../organizer/i18n/useT";
import { problemText } from "../shared/i18n/problemText";
import { Button } from "../shared/ui/Button";
import { Dialog } from "../shared/ui/Dialog";

export interface Question {
  readonly title: string;
  readonly text: string;
  readonly action: string;
  readonly isDangerous: boolean;
  readonly run: () => Promise<void>;
}

interface Props {
  readonly question: Question | null;
  readonly onClose: () => void;
}

export function ConfirmDialog({ question, onClose }: Props) {
  const t = useT();
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const close = () => {
    setError(null);
    onClose();
  };
  const run = async () => {
    if (!question) return;
    setBusy(true);
    setError(null);
    try {
      await question.run();
      close();
    } catch (problem) {
      setError(problem);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Dialog
      isOpen={question !== null}
      title={question?.title ?? ""}
      onClose={close}
      actions={
        <>
          <Button onClick={close}>{t("action.cancel")}</Button>
          <Button
            tone={question?.isDangerous ? "danger" : "primary"}
            isBusy={isBusy}
            onClick={() => void run()}
          >
            {question?.action}
          </Button>
        </>
      }
    >
      <p>{question?.text}</p>
      {error !== null && (
        <p role="alert" className="font-medium text-danger">
          {problemText(error, t)}
        </p>
      )}
    </Dialog>
  );
}
