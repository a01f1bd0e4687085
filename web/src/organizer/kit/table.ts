// How tables look. Below 640 px rows become cards and cells carry their column's name.
export const TABLE =
  "block w-full text-start text-sm sm:table [&>tbody]:block sm:[&>tbody]:table-row-group";
export const HEAD =
  "sr-only border-b border-border text-muted sm:not-sr-only sm:table-header-group " +
  "[&_th]:px-4 [&_th]:py-3 [&_th]:text-start [&_th]:font-semibold [&_th]:whitespace-nowrap";
export const ROW =
  "flex flex-col gap-1 border-b border-border p-4 last:border-b-0 sm:table-row sm:p-0";
export const CELL =
  "sm:px-4 sm:py-3 sm:align-middle max-sm:flex max-sm:items-center max-sm:justify-between max-sm:gap-4 " +
  "max-sm:[&[data-label]]:before:text-muted max-sm:[&[data-label]]:before:content-[attr(data-label)]";
