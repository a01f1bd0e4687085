// Dangerous things ask again who is there: the dialog, and a way to repeat what was refused.
import {
  createContext,
  type FormEvent,
  type ReactNode,
  use,
  useMemo,
  useRef,
  useState,
} from "react";
import { call } from "../../shared/api/client";
import { isProblem } from "../../shared/api/problem";
import { problemText } from "../../shared/i18n/problemText";
import { Button } from "../../shared/ui/Button";
import { Dialog } from "../../shared/ui/Dialog";
import { TextField } from "../../shared/ui/TextField";
import { useT } from "../i18n/useT";
import { useDesk } from "./useDesk";

type Guarded = <T>(command: () => Promise<T>) => Promise<T>;

const StepUpContext = createContext<Guarded>((command) => command());

/** Runs a command; if the server wants a fresh proof, asks for the password and repeats it. */
export function useStepUp(): Guarded {
  return use(StepUpContext);
}

export function StepUpProvider({ children }: { readonly children: ReactNode }) {
  const t = useT();
  const hasFactor = useDesk().account.second_factors.length > 0;
  const waiting = useRef<{ resolve: () => void; reject: (reason: unknown) => void } | null>(null);
  const [refusal, setRefusal] = useState<unknown>(null);
  const [secret, setSecret] = useState("");
  const [error, setError] = useState<string>();
  const [isBusy, setBusy] = useState(false);

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
    setSecret("");
    setError(undefined);
  };
  const close = () => {
    waiting.current?.reject(refusal);
    end();
  };
  const prove = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    try {
      const proof = hasFactor ? { code: secret.trim() } : { password: secret };
      await call("POST", "/api/v1/auth/step-up", proof);
      waiting.current?.resolve();
      end();
    } catch (problem) {
      setError(problemText(problem, t));
    } finally {
      setBusy(false);
    }
  };

  return (
    <StepUpContext value={guarded}>
      {children}
      <Dialog isOpen={refusal !== null} title={t("stepup.title")} onClose={close}>
        <form className="flex flex-col gap-4" onSubmit={(event) => void prove(event)}>
          <p className="text-muted">{t(hasFactor ? "stepup.text.code" : "stepup.text")}</p>
          <TextField
            label={t(hasFactor ? "stepup.code" : "stepup.password")}
            type={hasFactor ? "text" : "password"}
            inputMode={hasFactor ? "numeric" : undefined}
            autoComplete={hasFactor ? "one-time-code" : "current-password"}
            required
            value={secret}
            error={error}
            onChange={(event) => setSecret(event.target.value)}
          />
          <Button type="submit" tone="primary" isBusy={isBusy}>
            {t("stepup.action")}
          </Button>
        </form>
      </Dialog>
    </StepUpContext>
  );
}
