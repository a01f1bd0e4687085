// The one page of the scanner's shell.
import { ScanLine } from "lucide-react";
import { buttonClass } from "../shared/ui/buttonClass";
import { EmptyState } from "../shared/ui/EmptyState";
import { LanguageSwitch } from "../shared/ui/LanguageSwitch";
import { OfflineBanner } from "../shared/ui/OfflineBanner";
import { PageHeading } from "../shared/ui/PageHeading";
import { useT } from "./i18n";

export function ScanPage() {
  const t = useT();
  return (
    <>
      <OfflineBanner />
      <main id="main" tabIndex={-1} className="page flex max-w-xl flex-1 flex-col gap-6 py-10">
        <PageHeading title={t("scan.title")} />
        <EmptyState
          icon={<ScanLine size={28} />}
          title={t("scan.text")}
          action={
            <a href="/organizer" className={buttonClass("primary")}>
              {t("scan.desk")}
            </a>
          }
        />
        <LanguageSwitch />
      </main>
    </>
  );
}
