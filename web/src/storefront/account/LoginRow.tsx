// One account elsewhere that opens this one.
import { KeyRound } from "lucide-react";
import type { LinkedLogin } from "../../shared/account/logins";
import { localZone } from "../../shared/lib/time";
import { Button } from "../../shared/ui/Button";
import { When } from "../../shared/ui/When";
import { useT } from "../i18n/useT";

interface Props {
  readonly login: LinkedLogin;
  readonly isBusy: boolean;
  readonly onUnlink: () => void;
}

export function LoginRow({ login, isBusy, onUnlink }: Props) {
  const t = useT();
  const name = login.label ?? login.provider;
  const at = login.last_used_at ?? login.linked_at;
  return (
    <li className="flex flex-wrap items-center justify-between gap-3 py-3">
      <div className="flex min-w-0 flex-1 basis-40 items-start gap-3">
        <KeyRound size={20} aria-hidden="true" className="mt-0.5 shrink-0 text-muted" />
        <p className="min-w-0">
          <span className="block font-medium">{name}</span>
          <span className="text-sm text-muted">
            {t(login.last_used_at ? "logins.used" : "logins.since")}{" "}
            <When at={at} zone={localZone()} />
          </span>
          {!login.label && <span className="block text-sm text-muted">{t("logins.gone")}</span>}
        </p>
      </div>
      <Button
        size="sm"
        isBusy={isBusy}
        aria-label={`${t("logins.unlink")}: ${name}`}
        onClick={onUnlink}
      >
        {t("logins.unlink")}
      </Button>
    </li>
  );
}
