// A browser that is no door device yet: how it becomes one.
import { ScanLine } from "lucide-react";
import { buttonClass } from "../shared/ui/buttonClass";
import { EmptyState } from "../shared/ui/EmptyState";
import { PageHeading } from "../shared/ui/PageHeading";
import { useT } from "./i18n";

export function NotEnrolled() {
  const t = useT();
  return (
    <>
      <PageHeading title={t("scan.title")} />
      <EmptyState
        icon={<ScanLine size={28} />}
        title={t("door.none")}
        action={
          <a href="/organizer" className={buttonClass("secondary")}>
            {t("scan.desk")}
          </a>
        }
      >
        {t("door.none.text")}
      </EmptyState>
    </>
  );
}
