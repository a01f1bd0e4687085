// Joins an organisation, with the link of an invitation.
import { buttonClass } from "../../shared/ui/buttonClass";
import { useT } from "../i18n/useT";
import { acceptInvitation } from "./commands";
import { MailLinkPage } from "./MailLinkPage";

export function InvitationPage() {
  const t = useT();
  return (
    <MailLinkPage
      page="invitation"
      title={t("auth.invitation.title")}
      lead={t("auth.invitation.lead")}
      action={t("auth.invitation.submit")}
      done={t("auth.invitation.done")}
      run={acceptInvitation}
      next={
        <a href="/organizer" className={buttonClass("primary", "lg")}>
          {t("footer.organizers")}
        </a>
      }
    />
  );
}
