// A wall time as typed, with the answer to which of two equal hours is meant.
import { type Fold, foldOf, isZone, parseWall, resolveWall, wallAt } from "./wallTime";

export interface ZonedTime {
  /** “2027-03-20T19:30:00”, or nothing. */
  readonly wall: string;
  readonly fold: Fold | null;
}

export const NO_TIME: ZonedTime = { wall: "", fold: null };

export type TimeFault = "empty" | "zone" | "gap" | "twice";

/** The instant that was meant, or which fault there is. */
export function instantOf(
  value: ZonedTime,
  zone: string,
): { readonly at: string } | { readonly fault: TimeFault } {
  const wall = parseWall(value.wall);
  if (!wall) return { fault: "empty" };
  if (!isZone(zone)) return { fault: "zone" };
  const resolved = resolveWall(wall, zone, value.fold);
  return resolved.kind === "instant" ? { at: resolved.at } : { fault: resolved.kind };
}

export function zonedTime(at: string | null | undefined, zone: string): ZonedTime {
  return at ? { wall: wallAt(at, zone).toString(), fold: foldOf(at, zone) } : NO_TIME;
}
