// Questions about the whole platform.
import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, type Schemas, unwrap } from "../shared/api/client";
import type { GrowthSearch, PlatformSearch } from "./search";

export type PlatformOrganization = Schemas["PlatformOrganization"];
export type PlatformPerson = Schemas["PlatformPerson"];
export type GrowthReport = Schemas["GrowthReport"];

export function organizationsQuery({ q, state }: PlatformSearch) {
  return infiniteQueryOptions({
    queryKey: ["platform", "organizations", q ?? "", state ?? ""],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) =>
      unwrap(
        api.GET("/api/v1/platform/organizations", {
          params: {
            query: {
              limit: 50,
              ...(q && { q }),
              ...(state && { state }),
              ...(pageParam && { cursor: pageParam }),
            },
          },
          signal,
        }),
      ),
    getNextPageParam: (page) => page.next_cursor ?? null,
    placeholderData: keepPreviousData,
  });
}

export function peopleQuery({ q, state }: PlatformSearch) {
  return infiniteQueryOptions({
    queryKey: ["platform", "people", q ?? "", state ?? ""],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) =>
      unwrap(
        api.GET("/api/v1/platform/people", {
          params: {
            query: {
              limit: 50,
              ...(q && { email: q }),
              ...(state && { state }),
              ...(pageParam && { cursor: pageParam }),
            },
          },
          signal,
        }),
      ),
    getNextPageParam: (page) => page.next_cursor ?? null,
    placeholderData: keepPreviousData,
  });
}

export function growthQuery({ from, to }: GrowthSearch) {
  return queryOptions({
    queryKey: ["platform", "growth", from ?? "", to ?? ""],
    queryFn: ({ signal }) =>
      unwrap(
        api.GET("/api/v1/platform/growth", {
          params: { query: { ...(from && { from }), ...(to && { to }) } },
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
  });
}
