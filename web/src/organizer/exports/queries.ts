// Files of what an organisation sold and to whom: asked for, made by the server, downloaded.
import { queryOptions } from "@tanstack/react-query";
import { api, type Schemas, unwrap } from "../../shared/api/client";
import { ApiProblem } from "../../shared/api/problem";
import { transport } from "../../shared/api/transport";
import { startOfDay } from "../kit/days";

export type OrganizationExport = Schemas["OrganizationExportView"];
export type ExportedData = Schemas["ExportedData"];
export type ExportFormat = Schemas["ExportFormat"];
export const FORMATS: readonly ExportFormat[] = ["csv", "xlsx", "json"];

/** The first and the last day, as YYYY-MM-DD; nothing or empty: all. */
export interface Days {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

export function isBackwards({ from, to }: Days): boolean {
  return Boolean(from && to && from > to);
}

export interface ExportScope {
  readonly organizationId: string;
  readonly eventId?: string | undefined;
}

const EVERY_MS = 1_000;

export function exportsQuery({ organizationId, eventId }: ExportScope) {
  return queryOptions({
    queryKey: ["desk", "exports", organizationId, eventId ?? null],
    queryFn: ({ signal }) =>
      unwrap(
        api.GET("/api/v1/organizations/{organization_id}/exports", {
          params: {
            path: { organization_id: organizationId },
            query: { ...(eventId && { event_id: eventId }) },
          },
          signal,
        }),
      ),
    refetchInterval: (query) => (query.state.data?.data.some(isBeingMade) ? EVERY_MS : false),
  });
}

export function isBeingMade(one: OrganizationExport): boolean {
  return one.status === "WAITING" || one.status === "RUNNING";
}

export interface ExportWish {
  readonly data: ExportedData;
  readonly format: ExportFormat;
  /** The zone whose days are meant. */
  readonly zone: string;
  readonly days: Days;
}

export function askForExport({ organizationId, eventId }: ExportScope, wish: ExportWish) {
  const { data, format, zone, days } = wish;
  return unwrap(
    api.POST("/api/v1/organizations/{organization_id}/exports", {
      params: { path: { organization_id: organizationId } },
      body: {
        data,
        format,
        ...(eventId && { event_id: eventId }),
        ...(days.from && { from: startOfDay(days.from, zone) }),
        ...(days.to && { to: startOfDay(days.to, zone, 1) }),
      },
    }),
  );
}

/** Fetches a file, with a new access token if the old one ran out, and hands it to the browser. */
export async function downloadExport(organizationId: string, one: OrganizationExport) {
  const path = `/api/v1/organizations/${organizationId}/exports/${one.export_id}/file`;
  const response = await transport(new Request(new URL(path, window.location.origin)));
  if (!response.ok) {
    throw new ApiProblem(response.status, await response.json(), response.headers);
  }
  const url = URL.createObjectURL(await response.blob());
  const link = document.createElement("a");
  link.href = url;
  link.download = `${one.data}.${one.format}`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
