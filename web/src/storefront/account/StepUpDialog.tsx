// Asks once more who is there.
import { useQuery } from "@tanstack/react-query";
import { accountQuery } from "../../shared/account/account";
import { StepUpForm } from "../../shared/account/StepUpForm";
import { Dialog } from "../../shared/ui/Dialog";
import { useT } from "../i18n/useT";

interface Props {
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly onProved: () => void;
}

export function StepUpDialog({ isOpen, onClose, onProved }: Props) {
  const t = useT();
  const account = useQuery(accountQuery);
  return (
    <Dialog isOpen={isOpen} title={t("auth.stepup.title")} onClose={onClose}>
      <StepUpForm
        hasPassword={account.data?.has_password ?? true}
        factors={account.data?.second_factors ?? []}
        submitLabel={t("auth.stepup.submit")}
        onProved={onProved}
      />
    </Dialog>
  );
}
