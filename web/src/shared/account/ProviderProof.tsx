// Proves who is there by a linked log-in: leaves the page and comes back to it.
import { useMutation, useQuery } from "@tanstack/react-query";
import { problemText } from "../i18n/problemText";
import { useT } from "../i18n/useT";
import { Button } from "../ui/Button";
import { linkedLoginsQuery, proveWith } from "./logins";

export function ProviderProof() {
  const t = useT();
  const linked = useQuery(linkedLoginsQuery);
  const leave = useMutation({
    mutationFn: (provider: string) =>
      proveWith(provider, window.location.pathname + window.location.search),
  });
  return (
    <>
      {leave.isError && (
        <p role="alert" className="text-danger">
          {problemText(leave.error, t)}
        </p>
      )}
      {linked.data
        ?.filter(({ label }) => label)
        .map(({ provider, label }) => (
          <Button
            key={provider}
            isBusy={leave.isPending && leave.variables === provider}
            onClick={() => leave.mutate(provider)}
          >
            {t("proof.provider", { provider: label ?? provider })}
          </Button>
        ))}
    </>
  );
}
