// Passkeys of this browser: asking it to make one or to show one, in the API's words.
import type { Schemas } from "../api/client";
import { PasskeyProblem, type PasskeyRefusal } from "./passkeyProblem";

/** A challenge; `public_key` is what the standard calls options as JSON. */
interface Ceremony {
  readonly ceremony: string;
  readonly public_key: object;
}

type Shown = Schemas["ShownPasskey"];
type Made = Omit<Schemas["AddPasskeyBody"], "name">;

/** Whether this page can ask for passkeys at all: an old browser can't, nor a page without TLS. */
export function passkeySupport(): "yes" | "insecure" | "unsupported" {
  if (!window.isSecureContext) return "insecure";
  return "PublicKeyCredential" in window && "credentials" in navigator ? "yes" : "unsupported";
}

/** Whether the browser offers passkeys among what it fills in. */
export async function offersPasskeys(): Promise<boolean> {
  if (passkeySupport() !== "yes") return false;
  try {
    return (await PublicKeyCredential.isConditionalMediationAvailable?.()) ?? false;
  } catch {
    return false;
  }
}

/** Has the browser make a passkey. */
export async function makePasskey({ ceremony, public_key }: Ceremony): Promise<Made> {
  const asked = public_key as PublicKeyCredentialCreationOptionsJSON;
  const publicKey: PublicKeyCredentialCreationOptions = {
    rp: asked.rp,
    pubKeyCredParams: asked.pubKeyCredParams as PublicKeyCredentialParameters[],
    challenge: bytes(asked.challenge),
    user: { ...asked.user, id: bytes(asked.user.id) },
    excludeCredentials: (asked.excludeCredentials ?? []).map(descriptor),
    attestation: "none",
    ...(asked.timeout && { timeout: asked.timeout }),
    ...(asked.authenticatorSelection && { authenticatorSelection: asked.authenticatorSelection }),
    extensions: { credProps: true },
  };
  const made = await ask(() => navigator.credentials.create({ publicKey }));
  const response = made.response as AuthenticatorAttestationResponse;
  return {
    ceremony,
    credential_id: text(made.rawId),
    client_data_json: text(response.clientDataJSON),
    attestation_object: text(response.attestationObject),
    transports: response.getTransports?.() ?? [],
  };
}

/** Has the browser show a passkey; with `signal` among what it fills in, until that is aborted. */
export async function showPasskey(
  { ceremony, public_key }: Ceremony,
  signal?: AbortSignal,
): Promise<Shown> {
  const asked = public_key as PublicKeyCredentialRequestOptionsJSON;
  const publicKey: PublicKeyCredentialRequestOptions = {
    challenge: bytes(asked.challenge),
    userVerification: "required",
    allowCredentials: (asked.allowCredentials ?? []).map(descriptor),
    ...(asked.rpId && { rpId: asked.rpId }),
    ...(asked.timeout && { timeout: asked.timeout }),
  };
  const quietly: CredentialRequestOptions = signal ? { mediation: "conditional", signal } : {};
  const shown = await ask(() => navigator.credentials.get({ publicKey, ...quietly }));
  const response = shown.response as AuthenticatorAssertionResponse;
  return {
    ceremony,
    credential_id: text(shown.rawId),
    client_data_json: text(response.clientDataJSON),
    authenticator_data: text(response.authenticatorData),
    signature: text(response.signature),
    user_handle: response.userHandle ? text(response.userHandle) : null,
  };
}

async function ask(browser: () => Promise<Credential | null>): Promise<PublicKeyCredential> {
  const support = passkeySupport();
  if (support !== "yes") throw new PasskeyProblem(support);
  let answer: Credential | null;
  try {
    answer = await browser();
  } catch (error) {
    throw new PasskeyProblem(refusal(error instanceof DOMException ? error.name : ""));
  }
  if (!answer) throw new PasskeyProblem("cancelled");
  return answer as PublicKeyCredential;
}

/** A person's no, a time that ran out and a device that isn't there look alike to us, on purpose. */
function refusal(name: string): PasskeyRefusal {
  switch (name) {
    case "NotAllowedError":
    case "AbortError":
      return "cancelled";
    case "InvalidStateError":
      return "exists";
    case "SecurityError":
      return "insecure";
    case "NotSupportedError":
    case "ConstraintError":
      return "unsupported";
    default:
      return "failed";
  }
}

function descriptor(named: PublicKeyCredentialDescriptorJSON): PublicKeyCredentialDescriptor {
  const transports = named.transports as AuthenticatorTransport[] | undefined;
  return { type: "public-key", id: bytes(named.id), ...(transports && { transports }) };
}

function bytes(base64url: string): Uint8Array<ArrayBuffer> {
  const plain = atob(base64url.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (character) => character.charCodeAt(0));
}

function text(buffer: ArrayBuffer): string {
  const plain = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(plain).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
