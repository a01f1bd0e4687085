// What a key may be limited to: the actions of the API that are open to keys, by their names there.
export const SCOPES = [
  "view_organization",
  "view_order",
  "export_data",
  "draft_event",
  "manage_event",
  "release_reservation",
  "view_door",
  "view_devices",
  "manage_devices",
  "view_api_keys",
  "manage_api_keys",
  "read_audit",
] as const;

export type Scope = (typeof SCOPES)[number];

export function isScope(name: string): name is Scope {
  return SCOPES.some((scope) => scope === name);
}
