// The passkeys of the account: which there are, and adding one.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { accountKey } from "../../shared/account/account";
import { passkeySupport } from "../../shared/account/passkeys";
import { Button } from "../../shared/ui/Button";
import { ErrorPanel } from "../../shared/ui/ErrorPanel";
import { Skeleton } from "../../shared/ui/Skeleton";
import { useT } from "../i18n/useT";
import { AddPasskey } from "./AddPasskey";
import { PasskeyRow } from "./PasskeyRow";
import { passkeysQuery } from "./passkeyCommands";
import { RecoveryCodes } from "./RecoveryCodes";
import { Section } from "./Section";

interface Props {
  /** The second factors of the account. */
  readonly factors: readonly string[];
}

export function PasskeysSection({ factors }: Props) {
  const t = useT();
  const queries = useQueryClient();
  const passkeys = useQuery(passkeysQuery);
  const [isAdding, setIsAdding] = useState(false);
  const [codes, setCodes] = useState<readonly string[] | null>(null);
  const support = passkeySupport();
  // Asks for the account and all that is below it.
  const readAgain = () => queries.invalidateQueries({ queryKey: accountKey });
  const added = (recovery: readonly string[] | null) => {
    setIsAdding(false);
    setCodes(recovery);
    void readAgain();
  };
  const isLastFactor = passkeys.data?.length === 1 && !factors.includes("totp");
  return (
    <Section title={t("passkeys.title")} lead={t("passkeys.lead")}>
      {codes && (
        <RecoveryCodes
          news={t("passkeys.added.first")}
          codes={codes}
          onKept={() => setCodes(null)}
        />
      )}
      {passkeys.isPending && <Skeleton className="h-16" />}
      {passkeys.isError && (
        <ErrorPanel error={passkeys.error} onRetry={() => void passkeys.refetch()} />
      )}
      {passkeys.data && passkeys.data.length > 0 && (
        <ul className="divide-y divide-border">
          {passkeys.data.map((passkey) => (
            <PasskeyRow
              key={passkey.passkey_id}
              passkey={passkey}
              isLastFactor={isLastFactor}
              onChanged={readAgain}
            />
          ))}
        </ul>
      )}
      {support === "yes" ? (
        <Button className="self-start" onClick={() => setIsAdding(true)}>
          {t("passkeys.add")}
        </Button>
      ) : (
        <p className="text-sm text-muted">{t(`passkey.${support}`)}</p>
      )}
      <AddPasskey
        isOpen={isAdding}
        isFirstFactor={factors.length === 0}
        onClose={() => setIsAdding(false)}
        onAdded={added}
      />
    </Section>
  );
}
