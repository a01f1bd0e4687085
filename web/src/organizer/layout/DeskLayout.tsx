// The frame of every page of the desk: navigation at the side, the page beside it.
import { Outlet } from "@tanstack/react-router";
import { I18nProvider } from "react-aria-components/I18nProvider";
import { useI18n } from "../../shared/i18n/context";
import { OfflineBanner } from "../../shared/ui/OfflineBanner";
import { SkipLink } from "../../shared/ui/SkipLink";
import { Toaster } from "../../shared/ui/Toaster";
import { StepUpProvider } from "../desk/StepUp";
import { DeskHeader } from "./DeskHeader";
import { EyesBanner } from "./EyesBanner";

export function DeskLayout() {
  const { locale } = useI18n();
  return (
    <I18nProvider locale={locale}>
      <StepUpProvider>
        <div className="flex min-h-dvh flex-col bg-surface lg:flex-row">
          <SkipLink />
          <DeskHeader />
          <div className="flex min-w-0 flex-1 flex-col">
            <OfflineBanner />
            <EyesBanner />
            <main
              id="main"
              tabIndex={-1}
              className="mx-auto w-full max-w-6xl flex-1 px-4 py-6 sm:px-8 sm:py-8"
            >
              <Outlet />
            </main>
          </div>
          <Toaster />
        </div>
      </StepUpProvider>
    </I18nProvider>
  );
}
