// Why a log-in elsewhere came to nothing, in words that help.
import { isProblem } from "../../shared/api/problem";
import { ErrorPanel } from "../../shared/ui/ErrorPanel";
import { Notice } from "../../shared/ui/Notice";
import { useT } from "../i18n/useT";

const TOLD = [
  "provider-refused",
  "provider-told-no-email",
  "provider-not-believed",
  "provider-unavailable",
  "provider-proof-too-old",
  "login-attempt-over",
  "login-linked-elsewhere",
  "provider-linked-already",
  "other-browser",
  "account-suspended",
  "last-way-in",
  "link-over",
] as const;

export function ProviderProblem({ error }: { readonly error: unknown }) {
  const t = useT();
  const code = TOLD.find((known) => isProblem(error, known));
  if (!code) return <ErrorPanel error={error} />;
  return (
    <Notice role="alert" tone="warn">
      {t(`logins.${code}`)}
    </Notice>
  );
}
