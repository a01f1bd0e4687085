import { expect, test } from "vitest";
import { once } from "./idempotency";
import { ApiProblem, NetworkProblem } from "./problem";

const refused = (status: number) => new ApiProblem(status, { code: "x" }, new Headers());

async function keyOf(body: unknown, result?: Error): Promise<string> {
  let used = "";
  const command = async (key: string) => {
    used = key;
    if (result) throw result;
  };
  await once("reserve", body, command).catch(() => {});
  return used;
}

test("a lost answer is asked for again under the same key", async () => {
  const first = await keyOf({ quantity: 2 }, new NetworkProblem("lost"));
  expect(await keyOf({ quantity: 2 }, refused(503))).toBe(first);
  expect(await keyOf({ quantity: 2 })).toBe(first);
});

test("after an answer the next press is another intent", async () => {
  const first = await keyOf({ quantity: 2 });
  expect(await keyOf({ quantity: 2 })).not.toBe(first);
});

test("a refusal ends an intent, another body is another one", async () => {
  const refusal = await keyOf({ quantity: 2 }, refused(409));
  const lost = await keyOf({ quantity: 2 }, new NetworkProblem("lost"));
  expect(lost).not.toBe(refusal);
  expect(await keyOf({ quantity: 3 })).not.toBe(lost);
});
