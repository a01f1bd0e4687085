// What the address says about the platform's lists and days.
import { readDay } from "../organizer/kit/days";

export const STANDINGS = ["ACTIVE", "SUSPENDED"] as const;
export type Standing = (typeof STANDINGS)[number];

export interface PlatformSearch {
  readonly q?: string;
  readonly state?: Standing;
}

export function readPlatformSearch(search: Record<string, unknown>): PlatformSearch {
  const q = typeof search.q === "string" ? search.q.slice(0, 200) : "";
  const state = STANDINGS.find((one) => one === search.state);
  return { ...(q && { q }), ...(state && { state }) };
}

export interface GrowthSearch {
  readonly from?: string;
  readonly to?: string;
}

export function readGrowthSearch(search: Record<string, unknown>): GrowthSearch {
  const [from, to] = [readDay(search.from), readDay(search.to)];
  return { ...(from && { from }), ...(to && { to }) };
}
