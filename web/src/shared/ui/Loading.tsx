// Says to screen readers that something is being loaded, around skeletons that show it to the eye.
import type { ReactNode } from "react";
import { useT } from "../i18n/useT";

export function Loading({ children }: { readonly children?: ReactNode }) {
  const t = useT();
  return (
    <div aria-busy="true">
      <p role="status" className="sr-only">
        {t("loading")}
      </p>
      {children}
    </div>
  );
}
