// The frame of the platform's lists: heading, ways, and what stands in place of an answer.
import type { ReactNode } from "react";
import { ForbiddenPage } from "../organizer/desk/ForbiddenPage";
import { useT } from "../organizer/i18n/useT";
import { isProblem } from "../shared/api/problem";
import { ErrorPanel } from "../shared/ui/ErrorPanel";
import { Loading } from "../shared/ui/Loading";
import { PageHeading } from "../shared/ui/PageHeading";
import { Skeleton } from "../shared/ui/Skeleton";
import { PlatformNav } from "./PlatformNav";

interface Props {
  readonly title: string;
  readonly error: unknown;
  readonly isPending: boolean;
  readonly onRetry: () => void;
  /** Stays while the list is asked for anew. */
  readonly filters: ReactNode;
  readonly children: ReactNode;
}

export function PlatformFrame({ title, error, isPending, onRetry, filters, children }: Props) {
  const t = useT();
  if (isProblem(error, "forbidden", "not-found")) return <ForbiddenPage title={title} />;
  return (
    <div className="flex flex-col gap-6">
      <PageHeading title={title} />
      <PlatformNav />
      {filters}
      {isPending && (
        <Loading>
          <Skeleton className="h-96 w-full" />
        </Loading>
      )}
      {error !== null && error !== undefined && (
        <ErrorPanel error={error} onRetry={onRetry}>
          {isProblem(error, "second-factor-required") && <p>{t("platform.factor")}</p>}
        </ErrorPanel>
      )}
      {children}
    </div>
  );
}
