// Log in with an account that one has elsewhere; nothing where none is configured.
import { useMutation, useQuery } from "@tanstack/react-query";
import { LogIn } from "lucide-react";
import { logInWith, providersQuery } from "../../shared/account/logins";
import { Button } from "../../shared/ui/Button";
import { useT } from "../i18n/useT";
import { ProviderProblem } from "./ProviderProblem";

export function ProviderButtons({ next }: { readonly next: string | undefined }) {
  const t = useT();
  const providers = useQuery(providersQuery);
  const leave = useMutation({ mutationFn: (name: string) => logInWith(name, next) });
  if (!providers.data?.length) return null;
  return (
    <div className="flex flex-col gap-4">
      <p className="flex items-center gap-3 text-sm text-muted before:h-px before:flex-1 before:bg-border after:h-px after:flex-1 after:bg-border">
        {t("logins.or")}
      </p>
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
    </div>
  );
}
