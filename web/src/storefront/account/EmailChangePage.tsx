// Makes a new address the account's own, with the link that was sent there.
import { Link } from "@tanstack/react-router";
import { buttonClass } from "../../shared/ui/buttonClass";
import { useT } from "../i18n/useT";
import { confirmEmail } from "./commands";
import { MailLinkPage } from "./MailLinkPage";

export function EmailChangePage() {
  const t = useT();
  return (
    <MailLinkPage
      page="email-change"
      title={t("auth.emailChange.title")}
      lead={t("auth.emailChange.lead")}
      action={t("auth.emailChange.submit")}
      done={t("auth.emailChange.done")}
      run={confirmEmail}
      next={
        <Link to="/account" className={buttonClass("primary", "lg")}>
          {t("account.title")}
        </Link>
      }
    />
  );
}
