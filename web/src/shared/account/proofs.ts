// Proving who one is: with the password, a code, or a passkey.
import { api, unwrap } from "../api/client";
import { showPasskey } from "./passkeys";

export const proveByPassword = (password: string) =>
  unwrap(api.POST("/api/v1/auth/step-up", { body: { password } }));

export const proveByCode = (code: string) =>
  unwrap(api.POST("/api/v1/auth/step-up", { body: { code: code.trim() } }));

export async function proveByPasskey() {
  const passkey = await showPasskey(await unwrap(api.POST("/api/v1/auth/step-up/options")));
  return unwrap(api.POST("/api/v1/auth/step-up", { body: { passkey } }));
}
