// Who is logged in.
import { queryOptions } from "@tanstack/react-query";
import { call } from "../api/client";
import { isProblem } from "../api/problem";
import { mayBeLoggedIn, rememberLogin } from "../api/session";

export const ROLES = ["owner", "manager", "finance", "door_staff"] as const;
export type Role = (typeof ROLES)[number];

export interface Membership {
  readonly organization_id: string;
  readonly organization_name: string;
  readonly role: Role;
}

export interface Account {
  readonly account_id: string;
  /** Absent if the person was forgotten. */
  readonly email?: string | null;
  readonly name?: string | null;
  readonly email_verified: boolean;
  /** Whoever comes from elsewhere may have none. */
  readonly has_password: boolean;
  readonly platform_admin: boolean;
  readonly memberships: readonly Membership[];
  /** `totp`, if codes of an app are asked for. */
  readonly second_factors: readonly string[];
  /** Whether a platform admin looks through these eyes. */
  readonly impersonated?: boolean;
}

export const accountKey = ["account"] as const;

/** The account of this browser, or null for a guest. */
export const accountQuery = queryOptions({
  queryKey: accountKey,
  staleTime: 60_000,
  queryFn: async (): Promise<Account | null> => {
    if (!mayBeLoggedIn()) return null;
    return askForAccount();
  },
});

/** Asks the server even if nobody seems to have logged in here. */
export async function askForAccount(): Promise<Account | null> {
  try {
    const account = await call<Account>("GET", "/api/v1/account");
    rememberLogin(true);
    return account;
  } catch (error) {
    if (isProblem(error) && (error.status === 401 || error.status === 403)) return null;
    throw error;
  }
}
