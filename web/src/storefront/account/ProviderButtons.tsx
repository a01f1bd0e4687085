// Log in with an account that one has elsewhere; nothing where none is configured.
import { useMutation, useQuery } from "@tanstack/react-query";
import { LogIn } from "lucide-react";
import type { ReactNode } from "react";
import { logInWith, providersQuery } from "../../shared/account/logins";
import { Button } from "../../shared/ui/Button";
import { useT } from "../i18n/useT";
import { ProviderProblem } from "./ProviderProblem";

interface Props {
  readonly next: string | undefined;
  /** What stands before them, if there are any. */
  readonly before?: ReactNode;
}

export function ProviderButtons({ next, before }: Props) {
  const t = useT();
  const providers = useQuery(providersQuery);
  const leave = useMutation({ mutationFn: (name: string) => logInWith(name, next) });
  if (!providers.data?.length) return null;
  return (
    <>
      {before}
      {leave.isError && <ProviderProblem error={leave.error} />}
      {providers.data.map(({ name, label }) => (
        <Button
          key={name}
          size="lg"
          icon={<LogIn size={18} aria-hidden="true" />}
          isBusy={leave.isPending && leave.variables === name}
          onClick={() => leave.mutate(name)}
        >
          {t("logins.continue", { provider: label })}
        </Button>
      ))}
    </>
  );
}
