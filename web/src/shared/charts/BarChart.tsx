// Bars over categories, with the same figures as a table. The drawing itself is loaded when it is needed.
import { lazy, Suspense } from "react";
import { Skeleton } from "../ui/Skeleton";
import type { ChartPoint } from "./ChartTable";
import { ChartTable } from "./ChartTable";

const Drawing = lazy(() => import("./BarDrawing"));

interface Props {
  readonly title: string;
  readonly points: readonly ChartPoint[];
  readonly columns: readonly [label: string, value: string];
  readonly tableLabel: string;
  readonly format: (value: number) => string;
  /** Without a table below it: for figures that change every second. */
  readonly isLive?: boolean;
}

export function BarChart({ title, points, columns, tableLabel, format, isLive = false }: Props) {
  return (
    <figure className="flex flex-col gap-3">
      <figcaption className="sr-only">{title}</figcaption>
      {/* A drawing is as wide as its place was a moment ago: where that shrank, it must not push the page. */}
      <div className="h-64 overflow-hidden" aria-hidden="true">
        <Suspense fallback={<Skeleton className="h-full w-full" />}>
          <Drawing points={points} valueName={columns[1]} format={format} isLive={isLive} />
        </Suspense>
      </div>
      {!isLive && (
        <ChartTable points={points} columns={columns} label={tableLabel} format={format} />
      )}
    </figure>
  );
}
