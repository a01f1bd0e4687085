// What is dangerous asks for the password again, once in a few minutes.
import { type ReactNode, useState } from "react";
import { isProblem } from "../../shared/api/problem";
import { StepUpDialog } from "./StepUpDialog";

interface StepUp {
  /** Asks for a proof if the error is about that, and runs the command again; false for other errors. */
  readonly refused: (error: unknown, again: () => void) => boolean;
  readonly dialog: ReactNode;
}

export function useStepUp(): StepUp {
  const [again, setAgain] = useState<{ readonly run: () => void } | null>(null);
  return {
    refused: (error, run) => {
      if (!isProblem(error, "step-up-required")) return false;
      setAgain({ run });
      return true;
    },
    dialog: (
      <StepUpDialog
        isOpen={again !== null}
        onClose={() => setAgain(null)}
        onProved={() => {
          again?.run();
          setAgain(null);
        }}
      />
    ),
  };
}
