// The button that asks the browser for a passkey; where it can't be asked, a word why.
import { KeyRound } from "lucide-react";
import { useT } from "../i18n/useT";
import { Button } from "../ui/Button";
import type { ButtonTone } from "../ui/buttonClass";
import { passkeySupport } from "./passkeys";

interface Props {
  readonly label: string;
  readonly isBusy: boolean;
  readonly onClick: () => void;
  readonly tone?: ButtonTone;
}

export function PasskeyButton({ label, isBusy, onClick, tone = "secondary" }: Props) {
  const t = useT();
  const support = passkeySupport();
  if (support !== "yes") return <p className="text-sm text-muted">{t(`passkey.${support}`)}</p>;
  return (
    <Button
      tone={tone}
      size="lg"
      icon={<KeyRound size={18} aria-hidden="true" />}
      isBusy={isBusy}
      onClick={onClick}
    >
      {label}
    </Button>
  );
}
