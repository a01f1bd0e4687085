// The frame of every page of the storefront.
import { Outlet } from "@tanstack/react-router";
import { OfflineBanner } from "../../shared/ui/OfflineBanner";
import { SkipLink } from "../../shared/ui/SkipLink";
import { Toaster } from "../../shared/ui/Toaster";
import { ShopFooter } from "./ShopFooter";
import { ShopHeader } from "./ShopHeader";

export function ShopLayout() {
  return (
    <>
      <SkipLink />
      <OfflineBanner />
      <ShopHeader />
      <main id="main" tabIndex={-1} className="page flex-1 py-4 pb-16 sm:py-6">
        <Outlet />
      </main>
      <ShopFooter />
      <Toaster />
    </>
  );
}
