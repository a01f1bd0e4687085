// Proves an address with the link of a mail; its owner is logged in then.
import { Link } from "@tanstack/react-router";
import { buttonClass } from "../../shared/ui/buttonClass";
import { useT } from "../i18n/useT";
import { verifyEmail } from "./commands";
import { MailLinkPage } from "./MailLinkPage";

export function VerifyPage() {
  const t = useT();
  return (
    <MailLinkPage
      page="verify"
      title={t("auth.verify.title")}
      lead={t("auth.verify.lead")}
      action={t("auth.verify.submit")}
      done={t("auth.verify.done")}
      run={verifyEmail}
      next={
        <Link to="/account" className={buttonClass("primary", "lg")}>
          {t("account.title")}
        </Link>
      }
    />
  );
}
