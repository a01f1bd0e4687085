// For accounts that were made by a log-in elsewhere: a password can be chosen by a mail.
import { useMutation } from "@tanstack/react-query";
import { Button } from "../../shared/ui/Button";
import { ErrorPanel } from "../../shared/ui/ErrorPanel";
import { useT } from "../i18n/useT";
import { forgotPassword } from "./commands";
import { Saved } from "./Saved";
import { Section } from "./Section";

export function NoPassword({ email }: { readonly email: string }) {
  const t = useT();
  const ask = useMutation({ mutationFn: () => forgotPassword(email) });
  return (
    <Section title={t("auth.password")} lead={t("logins.noPassword")}>
      {ask.isError && <ErrorPanel error={ask.error} />}
      <div className="flex flex-wrap items-center gap-3">
        <Button isBusy={ask.isPending} onClick={() => ask.mutate()}>
          {t("auth.forgot.submit")}
        </Button>
        <Saved isShown={ask.isSuccess} text={t("auth.forgot.sent", { email })} />
      </div>
    </Section>
  );
}
