// An address that leads nowhere.
import { Link } from "@tanstack/react-router";
import { SearchX } from "lucide-react";
import { buttonClass } from "../../shared/ui/buttonClass";
import { EmptyState } from "../../shared/ui/EmptyState";
import { PageHeading } from "../../shared/ui/PageHeading";
import { useT } from "../i18n/useT";

export function NotFoundPage() {
  const t = useT();
  return (
    <div className="flex flex-col gap-6 py-6">
      <PageHeading title={t("notFound.title")} />
      <EmptyState
        icon={<SearchX size={28} />}
        title={t("notFound.text")}
        action={
          <Link to="/" className={buttonClass("primary")}>
            {t("notFound.action")}
          </Link>
        }
      />
    </div>
  );
}
