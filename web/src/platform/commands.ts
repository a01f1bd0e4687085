// What the platform's admins do about organisations and people.
import { call } from "../shared/api/client";

export type Kind = "organizations" | "accounts";

export function setSuspended(kind: Kind, id: string, isSuspended: boolean): Promise<void> {
  return call(isSuspended ? "PUT" : "DELETE", `/api/v1/platform/${kind}/${id}/suspension`);
}

/** From here on this browser is logged in as somebody else, for half an hour. */
export function lookAs(accountId: string): Promise<void> {
  return call("POST", `/api/v1/platform/accounts/${accountId}/impersonation`, {
    session: "cookie",
  });
}
