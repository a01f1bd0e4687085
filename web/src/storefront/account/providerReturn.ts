// What people bring back from a provider, and what the API makes of it.
import { call } from "../../shared/api/client";
import { rememberLogin } from "../../shared/api/session";

export interface ProviderAnswer {
  readonly outcome: "logged_in" | "second_factor_required" | "check_mail" | "linked" | "proved";
  readonly return_to?: string | null;
  readonly second_factor_token?: string;
  /** What may be shown as second factor, besides a recovery code. */
  readonly second_factors?: readonly string[];
}

/** The parameters that the provider added to the address. */
export interface Brought {
  readonly state: string;
  readonly code?: string;
  readonly error?: string;
  readonly iss?: string;
}

/** Takes them out of the address: they work once, and don't belong into the history. */
export function takeBrought(): Brought | null {
  const params = new URLSearchParams(window.location.search);
  const state = params.get("state");
  const { pathname, hash } = window.location;
  if (window.location.search) {
    window.history.replaceState(window.history.state, "", pathname + hash);
  }
  if (state === null) return null;
  const told = (name: "code" | "error" | "iss") => {
    const value = params.get(name);
    return value === null ? {} : { [name]: value.slice(0, 4096) };
  };
  return { state, ...told("code"), ...told("error"), ...told("iss") };
}

async function told(answer: Promise<ProviderAnswer>): Promise<ProviderAnswer> {
  const given = await answer;
  if (given.outcome === "logged_in") rememberLogin(true);
  return given;
}

export const comeBack = (provider: string, brought: Brought) =>
  told(call("POST", `/api/v1/auth/oidc/${encodeURIComponent(provider)}/callback`, brought));

export const confirmLogin = (token: string) =>
  told(call("POST", "/api/v1/auth/oidc/confirm", { token }));
