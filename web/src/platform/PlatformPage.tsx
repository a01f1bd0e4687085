// How the platform is doing: how far projections and policies are behind, and what was set aside.
import { useQuery } from "@tanstack/react-query";
import { ForbiddenPage } from "../organizer/desk/ForbiddenPage";
import { useT } from "../organizer/i18n/useT";
import { api, unwrap } from "../shared/api/client";
import { isProblem } from "../shared/api/problem";
import { ErrorPanel } from "../shared/ui/ErrorPanel";
import { Loading } from "../shared/ui/Loading";
import { PageHeading } from "../shared/ui/PageHeading";
import { Skeleton } from "../shared/ui/Skeleton";
import { StaleNotice } from "../shared/ui/StaleNotice";
import { HealthTable } from "./HealthTable";
import { ParkedTable } from "./ParkedTable";
import { PlatformNav } from "./PlatformNav";

const EVERY_MS = 5_000;

export function PlatformPage() {
  const t = useT();
  const health = useQuery({
    queryKey: ["platform", "health"],
    refetchInterval: EVERY_MS,
    queryFn: ({ signal }) => unwrap(api.GET("/api/v1/platform/health", { signal })),
  });
  if (isProblem(health.error, "forbidden", "not-found")) {
    return <ForbiddenPage title={t("platform.title")} />;
  }
  return (
    <div className="flex flex-col gap-6">
      <PageHeading title={t("platform.title")} />
      <PlatformNav />
      <p className="text-sm text-muted">{t("platform.updated")}</p>
      {health.isPending && (
        <Loading>
          <Skeleton className="h-72 w-full" />
        </Loading>
      )}
      {health.isError && !health.data && (
        <ErrorPanel error={health.error} onRetry={() => void health.refetch()}>
          {isProblem(health.error, "second-factor-required") && <p>{t("platform.factor")}</p>}
        </ErrorPanel>
      )}
      {health.isError && health.data && <StaleNotice since={health.dataUpdatedAt} />}
      {health.data && (
        <>
          <HealthTable title={t("platform.projections")} rows={health.data.projections} />
          <HealthTable title={t("platform.policies")} rows={health.data.policies} />
          <ParkedTable count={health.data.parked_count} parked={health.data.parked} />
        </>
      )}
    </div>
  );
}
