// The key pair of this device: made here, never leaves it.

const CURVE = { name: "ECDSA", namedCurve: "P-256" } as const;
const SIGNATURE = { name: "ECDSA", hash: "SHA-256" } as const;

/** A new key pair; its private half can be used and not be read. */
export async function makeKey(): Promise<CryptoKeyPair> {
  return (await crypto.subtle.generateKey(CURVE, false, ["sign", "verify"])) as CryptoKeyPair;
}

/** The public half as the API takes it: the uncompressed point in base64url. */
export async function publicKey(pair: CryptoKeyPair): Promise<string> {
  return base64url(await crypto.subtle.exportKey("raw", pair.publicKey));
}

/** A signature as the API takes it: both halves side by side, in base64url. */
export async function sign(pair: CryptoKeyPair, text: string): Promise<string> {
  const bytes = new TextEncoder().encode(text);
  return base64url(await crypto.subtle.sign(SIGNATURE, pair.privateKey, bytes));
}

export function base64url(bytes: ArrayBuffer): string {
  const text = String.fromCharCode(...new Uint8Array(bytes));
  return btoa(text).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
