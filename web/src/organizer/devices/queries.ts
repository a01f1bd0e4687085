// The devices at the doors of an event.
import { queryOptions } from "@tanstack/react-query";
import { api, type Schemas, unwrap } from "../../shared/api/client";

export type Device = Schemas["DeviceView"];
export type InvitedDevice = Schemas["InvitedDevice"];
export type DeviceBody = Schemas["DeviceBody"];

const EVERY_MS = 4_000;

/** Asked again while it is looked at: devices come and go by themselves. */
export function devicesQuery(organizationId: string, eventId: string) {
  return queryOptions({
    queryKey: ["desk", "devices", organizationId, eventId],
    refetchInterval: EVERY_MS,
    queryFn: async ({ signal }) => {
      const page = await unwrap(
        api.GET("/api/v1/organizations/{organization_id}/devices", {
          params: { path: { organization_id: organizationId }, query: { event_id: eventId } },
          signal,
        }),
      );
      return page.data;
    },
  });
}

export function inviteDevice(organizationId: string, body: DeviceBody) {
  const params = { path: { organization_id: organizationId } };
  return unwrap(api.POST("/api/v1/organizations/{organization_id}/devices", { params, body }));
}

export function revokeDevice(organizationId: string, deviceId: string) {
  const params = { path: { organization_id: organizationId, device_id: deviceId } };
  const path = "/api/v1/organizations/{organization_id}/devices/{device_id}";
  return unwrap(api.DELETE(path, { params }));
}

export function revokeAll(organizationId: string, eventId: string) {
  const params = { path: { organization_id: organizationId, event_id: eventId } };
  const path = "/api/v1/organizations/{organization_id}/events/{event_id}/devices";
  return unwrap(api.DELETE(path, { params }));
}
