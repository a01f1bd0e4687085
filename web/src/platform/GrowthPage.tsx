// What came in and what was added, day by day, beside as many days before.
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useT } from "../organizer/i18n/useT";
import { cx } from "../shared/lib/cx";
import { TextField } from "../shared/ui/TextField";
import { GrowthChart } from "./GrowthChart";
import { GrowthFigures } from "./GrowthFigures";
import { PlatformFrame } from "./PlatformFrame";
import { growthQuery } from "./queries";
import { readGrowthSearch } from "./search";

export function GrowthPage() {
  const t = useT();
  const navigate = useNavigate();
  const search = useSearch({ from: "/platform/growth" });
  const growth = useQuery(growthQuery(search));
  const report = growth.data;
  const change = (next: Record<string, string>) => {
    const days = { from: report?.from, to: report?.to, ...search, ...next };
    void navigate({ to: "/platform/growth", search: readGrowthSearch(days), replace: true });
  };
  return (
    <PlatformFrame
      title={t("growth.title")}
      error={growth.error}
      isPending={growth.isPending}
      onRetry={() => void growth.refetch()}
      filters={
        <div className="flex flex-wrap items-end gap-4">
          <TextField
            label={t("growth.from")}
            type="date"
            fieldClassName="basis-44 max-sm:flex-1"
            max={search.to ?? report?.to}
            value={search.from ?? report?.from ?? ""}
            onChange={(event) => change({ from: event.target.value })}
          />
          <TextField
            label={t("growth.to")}
            type="date"
            fieldClassName="basis-44 max-sm:flex-1"
            min={search.from ?? report?.from}
            value={search.to ?? report?.to ?? ""}
            onChange={(event) => change({ to: event.target.value })}
          />
        </div>
      }
    >
      {report && !growth.isError && (
        <div
          aria-busy={growth.isPlaceholderData}
          className={cx("flex flex-col gap-6", growth.isPlaceholderData && "opacity-70")}
        >
          <p className="text-sm text-muted">{t("growth.utc")}</p>
          <GrowthFigures report={report} />
          <GrowthChart report={report} />
        </div>
      )}
    </PlatformFrame>
  );
}
