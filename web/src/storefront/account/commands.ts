// What people do with their account. Cookies carry the session; scripts never see a token of it.
import { call } from "../../shared/api/client";
import { rememberLogin } from "../../shared/api/session";
import { leaveNothing } from "../../shared/lib/leaving";
import { tellOtherTabs } from "../../shared/lib/left";

export interface LogInAnswer {
  readonly second_factor_required: boolean;
  readonly second_factor_token?: string;
  /** What may be shown as second factor, besides a recovery code. */
  readonly second_factors?: readonly string[];
}

async function opened(answer: Promise<LogInAnswer>): Promise<LogInAnswer> {
  const given = await answer;
  if (!given.second_factor_required) rememberLogin(true);
  return given;
}

export function logIn(email: string, password: string): Promise<LogInAnswer> {
  return opened(call("POST", "/api/v1/auth/login", { email: email.trim(), password }));
}

export function proveSecondFactor(token: string, code: string): Promise<LogInAnswer> {
  const body = { second_factor_token: token, code: code.trim() };
  return opened(call("POST", "/api/v1/auth/login/second-factor", body));
}

export function register(email: string, password: string, name: string): Promise<unknown> {
  const body = { email: email.trim(), password, ...(name.trim() && { name: name.trim() }) };
  return call("POST", "/api/v1/auth/register", body);
}

export function verifyEmail(token: string): Promise<LogInAnswer> {
  return opened(call("POST", "/api/v1/auth/verify-email", { token }));
}

/** Logs out. What is kept in the browser goes first: also where no answer comes. */
export async function logOut(isEverywhere: boolean): Promise<void> {
  leaveNothing();
  await call("POST", isEverywhere ? "/api/v1/auth/logout-everywhere" : "/api/v1/auth/logout");
  rememberLogin(false);
  tellOtherTabs();
}

export const forgotPassword = (email: string) =>
  call("POST", "/api/v1/auth/password/forgot", { email: email.trim() });

export const resetPassword = (token: string, password: string) =>
  call("POST", "/api/v1/auth/password/reset", { token, password });

export const changeName = (name: string) =>
  call("PUT", "/api/v1/account/profile", { name: name.trim() });

export const changePassword = (current: string, password: string) =>
  call("PUT", "/api/v1/account/password", { current_password: current, password });

export const changeEmail = (email: string, password: string) =>
  call("POST", "/api/v1/account/email", { email: email.trim(), password });

export const confirmEmail = (token: string) =>
  call("POST", "/api/v1/account/email/confirm", { token });

export const endSession = (id: string) =>
  call("DELETE", `/api/v1/account/sessions/${encodeURIComponent(id)}`);

export interface Totp {
  readonly secret: string;
  readonly otpauth_url: string;
}

export const beginTotp = () => call<Totp>("POST", "/api/v1/account/totp");

export const confirmTotp = (code: string) =>
  call<{ readonly recovery_codes: readonly string[] }>("POST", "/api/v1/account/totp/confirm", {
    code: code.trim(),
  });

export const removeTotp = () => call("DELETE", "/api/v1/account/totp");

export const acceptInvitation = (token: string) =>
  call<{ readonly name: string }>("POST", "/api/v1/invitations/accept", { token });

export const requestExport = () =>
  call<{ readonly export_id: string }>("POST", "/api/v1/account/export");

export async function eraseAccount(): Promise<void> {
  await call("DELETE", "/api/v1/account");
  leaveNothing();
  rememberLogin(false);
  tellOtherTabs();
}
