// Says at the top of every page that a platform admin looks through somebody's eyes, and ends it.
import { Eye } from "lucide-react";
import { useState } from "react";
import { call } from "../../shared/api/client";
import { rememberLogin } from "../../shared/api/session";
import { leaveNothing } from "../../shared/lib/leaving";
import { tellOtherTabs } from "../../shared/lib/left";
import { Button } from "../../shared/ui/Button";
import { useDesk } from "../desk/useDesk";
import { useT } from "../i18n/useT";

export function EyesBanner() {
  const t = useT();
  const { account } = useDesk();
  const [isBusy, setBusy] = useState(false);
  if (!account.impersonated) return null;
  const end = async () => {
    setBusy(true);
    leaveNothing();
    try {
      await call("POST", "/api/v1/auth/logout", {});
    } finally {
      rememberLogin(false);
      tellOtherTabs();
      window.location.assign("/login?next=%2Forganizer%2Fplatform%2Fpeople");
    }
  };
  return (
    <div
      role="status"
      className="flex flex-wrap items-center justify-between gap-3 bg-warn-bg px-4 py-2 text-sm text-warn sm:px-8"
    >
      <span className="flex min-w-0 items-center gap-2 font-semibold">
        <Eye size={18} aria-hidden="true" className="shrink-0" />
        {t("eyes.text", { name: account.name ?? account.email ?? t("eyes.someone") })}
      </span>
      <Button size="sm" isBusy={isBusy} onClick={() => void end()}>
        {t("eyes.end")}
      </Button>
    </div>
  );
}
