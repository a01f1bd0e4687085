// Who belongs to an organisation and who is invited.
import { queryOptions } from "@tanstack/react-query";
import type { Role } from "../../shared/account/account";
import { call } from "../../shared/api/client";
import { listOf } from "../kit/list";

export interface Member {
  readonly account_id: string;
  readonly email?: string | null;
  readonly name?: string | null;
  readonly role: Role;
  readonly since: string;
}

export interface Invitation {
  readonly invitation_id: string;
  readonly email?: string | null;
  readonly role: Role;
  readonly expires_at: string;
}

type List<T> = readonly T[] | { readonly data: readonly T[] };

const path = (organizationId: string) => `/api/v1/organizations/${organizationId}`;

export function membersQuery(organizationId: string) {
  return queryOptions({
    queryKey: ["desk", "members", organizationId],
    queryFn: async () => listOf(await call<List<Member>>("GET", `${path(organizationId)}/members`)),
  });
}

export function invitationsQuery(organizationId: string) {
  return queryOptions({
    queryKey: ["desk", "invitations", organizationId],
    queryFn: async () =>
      listOf(await call<List<Invitation>>("GET", `${path(organizationId)}/invitations`)),
  });
}

export function invite(organizationId: string, email: string, role: Role) {
  return call<Invitation>("POST", `${path(organizationId)}/invitations`, { email, role });
}

export function revokeInvitation(organizationId: string, invitationId: string) {
  return call<void>("DELETE", `${path(organizationId)}/invitations/${invitationId}`);
}

export function changeRole(organizationId: string, accountId: string, role: Role) {
  return call<void>("PATCH", `${path(organizationId)}/members/${accountId}`, { role });
}

export function removeMember(organizationId: string, accountId: string) {
  return call<void>("DELETE", `${path(organizationId)}/members/${accountId}`);
}
