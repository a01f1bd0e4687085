// The API keys of an organisation.
import { queryOptions } from "@tanstack/react-query";
import { api, call, type Schemas, unwrap } from "../../shared/api/client";
import { listOf } from "../kit/list";

export interface ApiKey {
  readonly api_key_id: string;
  readonly label: string;
  /** How the key begins. */
  readonly prefix?: string;
  readonly last_used_at?: string | null;
  readonly created_at: string;
  readonly expires_at?: string | null;
  readonly revoked_at?: string | null;
  /** What it is limited to; absent: all that is open to keys. */
  readonly scopes?: readonly string[] | null;
}

export interface WantedKey {
  readonly label: string;
  readonly expiresAt: string | null;
  readonly scopes: readonly string[] | null;
}

export type NewKey = Schemas["ApiKeyAnswer"];

export function keysQuery(organizationId: string) {
  return queryOptions({
    queryKey: ["desk", "keys", organizationId],
    queryFn: async () =>
      listOf(
        await call<readonly ApiKey[] | { readonly data: readonly ApiKey[] }>(
          "GET",
          `/api/v1/organizations/${organizationId}/api-keys`,
        ),
      ),
  });
}

export function createKey(organizationId: string, { label, expiresAt, scopes }: WantedKey) {
  return unwrap(
    api.POST("/api/v1/organizations/{organization_id}/api-keys", {
      params: { path: { organization_id: organizationId } },
      body: {
        label,
        role: "organizer",
        ...(expiresAt && { expires_at: expiresAt }),
        ...(scopes && { scopes: [...scopes] }),
      },
    }),
  );
}

export function revokeKey(organizationId: string, keyId: string) {
  return call<void>("DELETE", `/api/v1/organizations/${organizationId}/api-keys/${keyId}`);
}
