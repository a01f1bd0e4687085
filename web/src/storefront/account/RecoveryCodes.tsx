// Recovery codes, shown once.
import { Button } from "../../shared/ui/Button";
import { CopyField } from "../../shared/ui/CopyField";
import { Notice } from "../../shared/ui/Notice";
import { useT } from "../i18n/useT";

interface Props {
  /** What has just been switched on. */
  readonly news: string;
  readonly codes: readonly string[];
  readonly onKept: () => void;
}

export function RecoveryCodes({ news, codes, onKept }: Props) {
  const t = useT();
  return (
    <div className="flex flex-col items-start gap-4">
      <Notice tone="success" role="status" className="self-stretch">
        <p className="font-semibold">{news}</p>
        <p>{t("totp.recovery")}</p>
      </Notice>
      <ul className="grid gap-x-6 gap-y-1 font-mono sm:grid-cols-2">
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ul>
      <div className="self-stretch">
        <CopyField label={t("totp.recovery.copy")} value={codes.join(" ")} />
      </div>
      <Button tone="primary" onClick={onKept}>
        {t("totp.kept")}
      </Button>
    </div>
  );
}
