// Keys and signatures have the form that the API takes.
import { expect, test } from "vitest";
import { base64url, makeKey, publicKey, sign } from "./key";

const bytesOf = (text: string) =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (one) => one.charCodeAt(0));

test("the private half can't be read", async () => {
  const pair = await makeKey();
  expect(pair.privateKey.extractable).toBe(false);
  await expect(crypto.subtle.exportKey("pkcs8", pair.privateKey)).rejects.toThrow();
});

test("the public half is an uncompressed point, a signature has 64 bytes and is the key's", async () => {
  const pair = await makeKey();
  const point = bytesOf(await publicKey(pair));
  expect([point.length, point[0]]).toEqual([65, 4]);
  const signature = bytesOf(await sign(pair, "fullhouse device token a b"));
  expect(signature.length).toBe(64);
  const verified = (text: string) =>
    crypto.subtle.verify(
      { name: "ECDSA", hash: "SHA-256" },
      pair.publicKey,
      signature,
      new TextEncoder().encode(text),
    );
  expect(await verified("fullhouse device token a b")).toBe(true);
  expect(await verified("fullhouse device token a c")).toBe(false);
});

test("base64url has no padding and no characters of addresses", () => {
  expect(base64url(new Uint8Array([251, 255, 254, 1]).buffer)).toBe("-__-AQ");
});
