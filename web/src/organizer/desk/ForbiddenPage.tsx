// Something that this role may not see: says who could.
import { Link } from "@tanstack/react-router";
import { Lock } from "lucide-react";
import { buttonClass } from "../../shared/ui/buttonClass";
import { EmptyState } from "../../shared/ui/EmptyState";
import { PageHeading } from "../../shared/ui/PageHeading";
import { useT } from "../i18n/useT";

export function ForbiddenPage({ title }: { readonly title: string }) {
  const t = useT();
  return (
    <div className="flex flex-col gap-6">
      <PageHeading title={title} />
      <EmptyState
        icon={<Lock size={28} />}
        title={t("forbidden.title")}
        action={
          <Link to="/" className={buttonClass("primary")}>
            {t("notFound.action")}
          </Link>
        }
      >
        <p>{t("forbidden.text")}</p>
      </EmptyState>
    </div>
  );
}
