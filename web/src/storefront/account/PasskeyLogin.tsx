// Logging in with a passkey alone: by a button, or chosen among what the browser fills in.
import { useMutation } from "@tanstack/react-query";
import { PasskeyButton } from "../../shared/account/PasskeyButton";
import { PasskeyProblem } from "../../shared/account/passkeyProblem";
import { isProblem } from "../../shared/api/problem";
import { ErrorPanel } from "../../shared/ui/ErrorPanel";
import { Notice } from "../../shared/ui/Notice";
import { useT } from "../i18n/useT";
import { logInByPasskey, type ShownPasskey } from "./passkeyCommands";
import { usePasskeyOffer } from "./usePasskeyOffer";

interface Props {
  readonly onDone: () => Promise<void>;
}

export function PasskeyLogin({ onDone }: Props) {
  const t = useT();
  const login = useMutation({
    mutationFn: (offered?: ShownPasskey) => logInByPasskey(offered),
    onSuccess: onDone,
    onError: (error) => {
      // Nothing was chosen: it may still be, in the field. One that was refused isn't asked for again.
      if (error instanceof PasskeyProblem) offer.resume();
    },
  });
  const offer = usePasskeyOffer((passkey) => login.mutate(passkey));
  const isUnknown = isProblem(login.error, "invalid-credentials");
  return (
    <>
      {isUnknown && (
        <Notice tone="danger" role="alert">
          {t("passkeys.login.unknown")}
        </Notice>
      )}
      {login.isError && !isUnknown && <ErrorPanel error={login.error} />}
      <PasskeyButton
        label={t("passkeys.login")}
        isBusy={login.isPending}
        onClick={() => {
          offer.pause();
          login.mutate(undefined);
        }}
      />
    </>
  );
}
