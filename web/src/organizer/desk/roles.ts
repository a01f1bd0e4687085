// What each role of an organisation may do at the desk. The API decides; this only keeps dead ends out of sight.
import type { Account, Role } from "../../shared/account/account";

export type Ability = "see" | "edit" | "team" | "keys" | "invite" | "devices";

const MAY: Record<Role, readonly Ability[]> = {
  owner: ["see", "edit", "team", "keys", "invite", "devices"],
  manager: ["see", "edit", "team", "keys", "invite", "devices"],
  finance: ["see", "team"],
  door_staff: [],
};

/** The role of an account in an organisation; the platform's admins act as owners everywhere. */
export function roleIn(account: Account, organizationId: string | null): Role | null {
  if (account.platform_admin) return "owner";
  const own = account.memberships.find((one) => one.organization_id === organizationId);
  return own?.role ?? null;
}

export function may(account: Account, organizationId: string | null, ability: Ability): boolean {
  const role = roleIn(account, organizationId);
  return role !== null && MAY[role].includes(ability);
}

/** Roles that somebody in `role` may give: nothing above the own one. */
export function givableRoles(role: Role | null): readonly Role[] {
  if (role === "owner") return ["owner", "manager", "finance", "door_staff"];
  return role === "manager" ? ["manager", "finance", "door_staff"] : [];
}
