// Dangerous things ask again who is there: the dialog, and a way to repeat what was refused.
import { createContext, type ReactNode, use, useMemo, useRef, useState } from "react";
import { StepUpForm } from "../../shared/account/StepUpForm";
import { isProblem } from "../../shared/api/problem";
import { Dialog } from "../../shared/ui/Dialog";
import { useT } from "../i18n/useT";
import { useDesk } from "./useDesk";

type Guarded = <T>(command: () => Promise<T>) => Promise<T>;

const StepUpContext = createContext<Guarded>((command) => command());

/** Runs a command; if the server wants a fresh proof, asks for one and repeats it. */
export function useStepUp(): Guarded {
  return use(StepUpContext);
}

export function StepUpProvider({ children }: { readonly children: ReactNode }) {
  const t = useT();
  const { account } = useDesk();
  const waiting = useRef<{ resolve: () => void; reject: (reason: unknown) => void } | null>(null);
  const [refusal, setRefusal] = useState<unknown>(null);

  const guarded = useMemo<Guarded>(
    () => async (command) => {
      try {
        return await command();
      } catch (problem) {
        if (!isProblem(problem, "step-up-required")) throw problem;
        setRefusal(problem);
        await new Promise<void>((resolve, reject) => {
          waiting.current = { resolve, reject };
        });
        return command();
      }
    },
    [],
  );

  const end = () => {
    waiting.current = null;
    setRefusal(null);
  };
  const close = () => {
    waiting.current?.reject(refusal);
    end();
  };
  const proved = () => {
    waiting.current?.resolve();
    end();
  };

  return (
    <StepUpContext value={guarded}>
      {children}
      <Dialog isOpen={refusal !== null} title={t("stepup.title")} onClose={close}>
        <StepUpForm
          hasPassword={account.has_password}
          factors={account.second_factors}
          submitLabel={t("stepup.action")}
          onProved={proved}
        />
      </Dialog>
    </StepUpContext>
  );
}
