// Where the mail about an export leads: download it, or hear that it is still being collected.
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { Download } from "lucide-react";
import { call } from "../../shared/api/client";
import { isProblem } from "../../shared/api/problem";
import { buttonClass } from "../../shared/ui/buttonClass";
import { ErrorPanel } from "../../shared/ui/ErrorPanel";
import { Notice } from "../../shared/ui/Notice";
import { Skeleton } from "../../shared/ui/Skeleton";
import { useT } from "../i18n/useT";
import { AuthCard } from "./AuthCard";

const route = getRouteApi("/account/export/$exportId");

const ASK_EVERY_MS = 3_000;

export function ExportPage() {
  const t = useT();
  const { exportId } = route.useParams();
  const path = `/api/v1/account/export/${encodeURIComponent(exportId)}`;
  const ready = useQuery({
    queryKey: ["account", "export", exportId],
    // An empty answer: it is still being collected.
    queryFn: async () => (await call<unknown>("GET", path)) !== undefined,
    refetchInterval: ({ state }) => (state.data === false ? ASK_EVERY_MS : false),
  });
  const isGuest = isProblem(ready.error) && ready.error.status === 401;
  return (
    <AuthCard title={t("privacy.export.title")} lead={t("privacy.export.lead")}>
      {ready.isPending && <Skeleton className="h-13" />}
      {ready.data === false && <Notice role="status">{t("privacy.export.wait")}</Notice>}
      {ready.data === true && (
        <a href={path} download="fullhouse.json" className={buttonClass("primary", "lg")}>
          <Download size={20} aria-hidden="true" />
          {t("privacy.export.download")}
        </a>
      )}
      {isGuest ? (
        <Link
          to="/login"
          search={{ next: `/account/export/${exportId}` }}
          className={buttonClass("primary", "lg")}
        >
          {t("auth.login.submit")}
        </Link>
      ) : (
        ready.isError && <ErrorPanel error={ready.error} onRetry={() => void ready.refetch()} />
      )}
    </AuthCard>
  );
}
