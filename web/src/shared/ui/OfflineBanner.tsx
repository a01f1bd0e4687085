// Says that there is no connection, and that nothing is lost.
import { WifiOff } from "lucide-react";
import { useSyncExternalStore } from "react";
import { useT } from "../i18n/useT";

function subscribe(listener: () => void): () => void {
  window.addEventListener("online", listener);
  window.addEventListener("offline", listener);
  return () => {
    window.removeEventListener("online", listener);
    window.removeEventListener("offline", listener);
  };
}

export function OfflineBanner() {
  const t = useT();
  const isOnline = useSyncExternalStore(subscribe, () => navigator.onLine);
  return (
    <div role="status">
      {!isOnline && (
        <p className="flex items-center justify-center gap-2 bg-warn-bg px-4 py-2 text-center text-sm font-medium text-warn">
          <WifiOff size={18} aria-hidden="true" className="shrink-0" />
          {t("offline.text")}
        </p>
      )}
    </div>
  );
}
