// Log-ins elsewhere: which providers there are, which of them open one's account, and the way there.
import { queryOptions } from "@tanstack/react-query";
import { call } from "../api/client";

export interface LoginProvider {
  readonly name: string;
  readonly label: string;
}

export interface LinkedLogin {
  readonly identity_id: string;
  readonly provider: string;
  /** Absent if nobody can log in with the provider any more. */
  readonly label?: string | null;
  readonly linked_at: string;
  readonly last_used_at?: string | null;
}

interface Page<T> {
  readonly data: readonly T[];
}

export const providersQuery = queryOptions({
  queryKey: ["login-providers"],
  staleTime: 5 * 60_000,
  queryFn: async () => (await call<Page<LoginProvider>>("GET", "/api/v1/auth/providers")).data,
});

export const linkedLoginsQuery = queryOptions({
  queryKey: ["account", "identities"],
  queryFn: async () => (await call<Page<LinkedLogin>>("GET", "/api/v1/account/identities")).data,
});

const begun = (path: string, body: object) =>
  call<{ readonly authorization_url: string }>("POST", `/api/v1${path}`, body);

/** Leaves for the provider's page; it sends the browser back to `/login/callback/{provider}`. */
async function leaveFor(answer: ReturnType<typeof begun>): Promise<void> {
  window.location.assign((await answer).authorization_url);
  // The page stays until the other one is there; whatever waits for this stays busy meanwhile.
  await new Promise(() => {});
}

const inPath = encodeURIComponent;

export const logInWith = (provider: string, returnTo?: string) =>
  leaveFor(begun(`/auth/oidc/${inPath(provider)}/start`, { return_to: returnTo }));

export const linkWith = (provider: string) =>
  leaveFor(begun("/account/identities", { provider, return_to: "/account" }));

export const proveWith = (provider: string, returnTo: string) =>
  leaveFor(begun(`/auth/step-up/${inPath(provider)}/start`, { return_to: returnTo }));

export const unlink = (identityId: string) =>
  call("DELETE", `/api/v1/account/identities/${inPath(identityId)}`);
