// What people do with their passkeys.
import { queryOptions } from "@tanstack/react-query";
import { makePasskey, showPasskey } from "../../shared/account/passkeys";
import { api, type Schemas, unwrap } from "../../shared/api/client";
import { rememberLogin } from "../../shared/api/session";

export type Passkey = Schemas["PasskeyView"];
export type ShownPasskey = Schemas["ShownPasskey"];

export const passkeysQuery = queryOptions({
  queryKey: ["account", "passkeys"],
  queryFn: async () => (await unwrap(api.GET("/api/v1/account/passkeys"))).data,
});

export async function addPasskey(name: string) {
  const asked = await unwrap(api.POST("/api/v1/account/passkeys/options"));
  const body = { ...(await makePasskey(asked)), name: name.trim() };
  return unwrap(api.POST("/api/v1/account/passkeys", { body }));
}

const named = (passkey_id: string) => ({ params: { path: { passkey_id } } });

export const renamePasskey = ({ passkey_id, name }: Pick<Passkey, "passkey_id" | "name">) =>
  unwrap(
    api.PATCH("/api/v1/account/passkeys/{passkey_id}", {
      ...named(passkey_id),
      body: { name: name.trim() },
    }),
  );

export const removePasskey = (id: string) =>
  unwrap(api.DELETE("/api/v1/account/passkeys/{passkey_id}", named(id)));

/** Begins to log in with a passkey: with a token after the password, without one alone. */
const askForPasskey = (second_factor_token?: string) =>
  unwrap(
    api.POST("/api/v1/auth/passkeys/options", {
      body: second_factor_token ? { second_factor_token } : {},
    }),
  );

/** One that is chosen among what the browser fills in; an offer that fails disturbs nobody. */
export async function offeredPasskey(signal: AbortSignal): Promise<ShownPasskey | null> {
  try {
    const asked = await askForPasskey();
    return signal.aborted ? null : await showPasskey(asked, signal);
  } catch {
    return null;
  }
}

/** Logs in with a passkey alone. */
export async function logInByPasskey(offered?: ShownPasskey): Promise<void> {
  const passkey = offered ?? (await showPasskey(await askForPasskey()));
  await unwrap(api.POST("/api/v1/auth/login/passkey", { body: { passkey, session: "cookie" } }));
  rememberLogin(true);
}

/** Goes on with a log-in whose password was right. */
export async function secondFactorByPasskey(second_factor_token: string): Promise<void> {
  const passkey = await showPasskey(await askForPasskey(second_factor_token));
  const body = { second_factor_token, passkey, session: "cookie" as const };
  await unwrap(api.POST("/api/v1/auth/login/second-factor", { body }));
  rememberLogin(true);
}
