// Who works here, and for which organisation. Pages of the desk are only shown to accounts.
import { useSuspenseQuery } from "@tanstack/react-query";
import { type Account, accountKey, askForAccount, type Role } from "../../shared/account/account";
import { useChosenOrganization } from "./organization";
import { type Ability, may, roleIn } from "./roles";

const NOBODY: Account = {
  account_id: "",
  email: "",
  email_verified: false,
  has_password: true,
  platform_admin: false,
  memberships: [],
  second_factors: [],
};

export interface Desk {
  readonly account: Account;
  readonly organizationId: string | null;
  readonly role: Role | null;
  /** In the chosen organisation, or in the one that something belongs to. */
  readonly may: (ability: Ability, organizationId?: string) => boolean;
}

export function useDesk(): Desk {
  const { data } = useSuspenseQuery({
    queryKey: accountKey,
    queryFn: askForAccount,
    staleTime: 60_000,
  });
  const account = data ?? NOBODY;
  const organizationId = useChosenOrganization(account);
  return {
    account,
    organizationId,
    role: roleIn(account, organizationId),
    may: (ability, of) => may(account, of ?? organizationId, ability),
  };
}
