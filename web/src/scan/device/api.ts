// What a device asks of the API, with tokens that it gets by its key.
import { api, bearer, type Schemas, unwrap } from "../../shared/api/client";
import { isProblem } from "../../shared/api/problem";
import { serverNow } from "../../shared/lib/clock";
import { makeKey, publicKey, sign } from "./key";
import {
  type DeviceView,
  type DoorView,
  forgetPending,
  type Kept,
  keep,
  keepPending,
  readPending,
} from "./storage";

type Token = Schemas["DeviceTokenAnswer"];

/** A token is renewed so long before it ends. */
const EARLY_MS = 60_000;

let token: Token | null = null;

/** Takes up an invitation with a key that is made here. */
export async function enrol(code: string): Promise<Kept> {
  // The key is kept before it is sent: if no answer comes, the same one may be sent again.
  const key = (await readPending()) ?? (await makeKey());
  await keepPending(key);
  const body = {
    code,
    public_key: await publicKey(key),
    signature: await sign(key, `fullhouse device enrolment ${code}`),
  };
  const enrolled = await unwrap(api.POST("/api/v1/devices/enrol", { body }));
  const { device_id: deviceId, event_id: eventId } = enrolled;
  const kept = { deviceId, eventId, key, device: null, door: null };
  await keep(kept);
  await forgetPending();
  token = enrolled;
  return kept;
}

export function askDevice(kept: Kept): Promise<DeviceView> {
  const params = { path: { device_id: kept.deviceId } };
  return withToken(kept, (headers) =>
    unwrap(api.GET("/api/v1/devices/{device_id}", { params, headers })),
  );
}

export function askDoor(kept: Kept): Promise<DoorView> {
  const params = { path: { event_id: kept.eventId } };
  return withToken(kept, (headers) =>
    unwrap(api.GET("/api/v1/events/{event_id}/door", { params, headers })),
  );
}

/** With a token in force; a new one if the API doesn't take it any more. */
async function withToken<T>(
  kept: Kept,
  ask: (headers: { Authorization?: string }) => Promise<T>,
): Promise<T> {
  try {
    return await ask(bearer((await tokenOf(kept)).access_token));
  } catch (error) {
    if (!isProblem(error) || error.status !== 401) throw error;
    token = null;
    return ask(bearer((await tokenOf(kept)).access_token));
  }
}

async function tokenOf(kept: Kept): Promise<Token> {
  const isInForce =
    token?.device_id === kept.deviceId && Date.parse(token.expires_at) - serverNow() > EARLY_MS;
  if (isInForce && token) return token;
  token = await renewed(kept).catch((error: unknown) => {
    // Another tab answered a later challenge.
    if (isProblem(error, "challenge-over")) return renewed(kept);
    throw error;
  });
  return token;
}

async function renewed({ deviceId, key }: Kept): Promise<Token> {
  const asked = { body: { device_id: deviceId } };
  const { challenge } = await unwrap(api.POST("/api/v1/devices/challenges", asked));
  const signature = await sign(key, `fullhouse device token ${deviceId} ${challenge}`);
  const body = { device_id: deviceId, challenge, signature };
  return unwrap(api.POST("/api/v1/devices/tokens", { body }));
}
