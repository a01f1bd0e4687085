// Says that something was saved, where it was saved.
import { CircleCheck } from "lucide-react";
import { useT } from "../i18n/useT";

export function Saved({ isShown, text }: { readonly isShown: boolean; readonly text?: string }) {
  const t = useT();
  return (
    <p role="status" className="flex items-center gap-2 text-sm font-medium text-success">
      {isShown && (
        <>
          <CircleCheck size={18} aria-hidden="true" />
          {text ?? t("account.saved")}
        </>
      )}
    </p>
  );
}
