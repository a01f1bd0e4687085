// What the browser says is passed on in the API's words, and its refusals become reasons.
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { PasskeyProblem } from "./passkeyProblem";
import { makePasskey, offersPasskeys, passkeySupport, showPasskey } from "./passkeys";

const REQUEST = {
  ceremony: "c1",
  public_key: {
    challenge: "-_8B",
    rpId: "tickets.example.org",
    timeout: 300_000,
    allowCredentials: [{ type: "public-key", id: "AQID", transports: ["internal"] }],
  },
};
const CREATION = {
  ceremony: "c2",
  public_key: {
    challenge: "-_8B",
    rp: { id: "tickets.example.org", name: "Fullhouse" },
    user: { id: "AQID", name: "ada@example.org", displayName: "Ada" },
    pubKeyCredParams: [{ type: "public-key", alg: -7 }],
    authenticatorSelection: { residentKey: "required", userVerification: "required" },
  },
};

const buffer = (...numbers: number[]) => new Uint8Array(numbers).buffer;
const credentials = { create: vi.fn(), get: vi.fn() };

beforeEach(() => {
  vi.stubGlobal("isSecureContext", true);
  vi.stubGlobal("PublicKeyCredential", { isConditionalMediationAvailable: async () => true });
  vi.stubGlobal("navigator", { credentials });
});

afterEach(() => {
  vi.unstubAllGlobals();
  vi.resetAllMocks();
});

test("a passkey is asked for by its id, and what it signed is told in base64url", async () => {
  credentials.get.mockResolvedValue({
    rawId: buffer(1, 2, 3),
    response: {
      clientDataJSON: buffer(251, 255),
      authenticatorData: buffer(4),
      signature: buffer(5),
      userHandle: null,
    },
  });
  expect(await showPasskey(REQUEST)).toEqual({
    ceremony: "c1",
    credential_id: "AQID",
    client_data_json: "-_8",
    authenticator_data: "BA",
    signature: "BQ",
    user_handle: null,
  });
  const { publicKey, mediation } = credentials.get.mock.calls[0]?.[0] ?? {};
  expect([...publicKey.challenge]).toEqual([251, 255, 1]);
  expect([...publicKey.allowCredentials[0].id]).toEqual([1, 2, 3]);
  expect(publicKey.userVerification).toBe("required");
  expect(mediation).toBeUndefined();
});

test("among what is filled in it is asked for without a dialog", async () => {
  credentials.get.mockResolvedValue(null);
  const { signal } = new AbortController();
  await expect(showPasskey(REQUEST, signal)).rejects.toMatchObject({ reason: "cancelled" });
  expect(credentials.get.mock.calls[0]?.[0]).toMatchObject({ mediation: "conditional", signal });
});

test("a new passkey is one that its device finds by itself", async () => {
  credentials.create.mockResolvedValue({
    rawId: buffer(1),
    response: {
      clientDataJSON: buffer(2),
      attestationObject: buffer(3),
      getTransports: () => ["hybrid"],
    },
  });
  expect(await makePasskey(CREATION)).toEqual({
    ceremony: "c2",
    credential_id: "AQ",
    client_data_json: "Ag",
    attestation_object: "Aw",
    transports: ["hybrid"],
  });
  const { publicKey } = credentials.create.mock.calls[0]?.[0] ?? {};
  expect(publicKey.authenticatorSelection.residentKey).toBe("required");
  expect([...publicKey.user.id]).toEqual([1, 2, 3]);
});

test.each([
  ["NotAllowedError", "cancelled"],
  ["AbortError", "cancelled"],
  ["InvalidStateError", "exists"],
  ["SecurityError", "insecure"],
  ["NotSupportedError", "unsupported"],
  ["ConstraintError", "unsupported"],
  ["UnknownError", "failed"],
])("%s means %s", async (name, reason) => {
  credentials.create.mockRejectedValue(new DOMException("no", name));
  const refused = makePasskey(CREATION);
  await expect(refused).rejects.toBeInstanceOf(PasskeyProblem);
  await expect(refused).rejects.toMatchObject({ reason });
});

test("a page without TLS and an old browser are told apart, and asked for nothing", async () => {
  vi.stubGlobal("isSecureContext", false);
  expect(passkeySupport()).toBe("insecure");
  await expect(showPasskey(REQUEST)).rejects.toMatchObject({ reason: "insecure" });
  expect(await offersPasskeys()).toBe(false);
  vi.stubGlobal("isSecureContext", true);
  vi.stubGlobal("navigator", {});
  expect(passkeySupport()).toBe("unsupported");
  await expect(showPasskey(REQUEST)).rejects.toMatchObject({ reason: "unsupported" });
  expect(credentials.get).not.toHaveBeenCalled();
});
