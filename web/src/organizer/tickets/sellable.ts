// What can be sold right now, and what limits it: min(allocation − sold − held, X − sold − held).
import type { Availability } from "../../shared/live/useAvailability";

type TypeFigures = Availability["ticket_types"][number];

export interface Sellable {
  readonly count: number;
  /** What limits it. */
  readonly limit: "disabled" | "no-capacity" | "allocation" | "capacity" | "both";
  /** Left of the type's own allocation; null if it has none. */
  readonly ofType: number | null;
  readonly ofEvent: number | null;
}

export function sellable(type: TypeFigures, event: Availability): Sellable {
  const ofEvent =
    event.total_capacity == null ? null : event.total_capacity - event.sold - event.held;
  const ofType = type.allocation == null ? null : type.allocation - type.sold - type.held;
  const figures = { ofType, ofEvent };
  if (!type.enabled) return { count: 0, limit: "disabled", ...figures };
  if (ofEvent === null) return { count: 0, limit: "no-capacity", ...figures };
  const count = Math.max(0, Math.min(ofType ?? ofEvent, ofEvent));
  if (ofType === null || ofType > ofEvent) return { count, limit: "capacity", ...figures };
  return { count, limit: ofType === ofEvent ? "both" : "allocation", ...figures };
}

export interface Allocated {
  readonly sum: number;
  /** By how many the allocations exceed the capacity. */
  readonly over: number;
  /** Not promised to any type: shared by those without an allocation. */
  readonly open: number;
  readonly hasOpenTypes: boolean;
}

/** How the allocations add up against a capacity. */
export function allocated(
  types: readonly { readonly allocation?: number | null }[],
  capacity: number,
): Allocated {
  const sum = types.reduce((total, type) => total + (type.allocation ?? 0), 0);
  return {
    sum,
    over: Math.max(0, sum - capacity),
    open: Math.max(0, capacity - sum),
    hasOpenTypes: types.some((type) => type.allocation == null),
  };
}
