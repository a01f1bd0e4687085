// A checkout without its token: made in another browser, or the link was cut short.
import { Link } from "@tanstack/react-router";
import { KeyRound } from "lucide-react";
import { buttonClass } from "../../shared/ui/buttonClass";
import { EmptyState } from "../../shared/ui/EmptyState";
import { PageHeading } from "../../shared/ui/PageHeading";
import { useT } from "../i18n/useT";

export function NoAccess({ eventId }: { readonly eventId: string }) {
  const t = useT();
  return (
    <div className="flex flex-col gap-6 py-6">
      <PageHeading title={t("pay.noToken.title")} />
      <EmptyState
        icon={<KeyRound size={28} />}
        title={t("pay.noToken.text")}
        action={
          <Link to="/events/$eventId" params={{ eventId }} className={buttonClass("primary")}>
            {t("contact.empty.action")}
          </Link>
        }
      />
    </div>
  );
}
