// Making an API key: the server may want a fresh proof first, and the secret is shown once.
import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test } from "vitest";
import { ORGANIZATION, OWNER, openDesk, Refusal } from "../testing/desk";

const PATH = `/organizations/${ORGANIZATION}/api-keys`;
const SLOW = { timeout: 8_000 };

/** An API that wants to know again who is there before it makes a key. */
function guarded(proves: (body: Record<string, unknown>) => boolean) {
  let isProved = false;
  return {
    [`GET ${PATH}`]: () => ({ data: [] }),
    [`POST ${PATH}`]: () =>
      isProved ? { api_key_id: "k", secret: "fhk_secret" } : new Refusal(403, "step-up-required"),
    "POST /auth/step-up": ({ body }: { readonly body: Record<string, unknown> }) => {
      if (!proves(body)) return new Refusal(401, "invalid-credentials", { detail: "Wrong." });
      isProved = true;
      return {};
    },
  };
}

async function make() {
  await userEvent.click(await screen.findByRole("button", { name: "New key" }, SLOW));
  const dialog = within(await screen.findByRole("dialog", { name: "New key" }));
  await userEvent.type(dialog.getByLabelText("What it is for"), "Web shop");
  await userEvent.click(dialog.getByRole("button", { name: "New key" }));
  return within(await screen.findByRole("dialog", { name: "Is it still you?" }, SLOW));
}

test("a wrong password is told, the right one makes the key without typing it all again", async () => {
  const desk = openDesk(
    "/keys",
    guarded(({ password }) => password === "correct horse"),
  );
  const proof = await make();
  await userEvent.type(proof.getByLabelText("Password"), "wrong");
  await userEvent.click(proof.getByRole("button", { name: "Continue" }));
  expect(await proof.findByLabelText("Password")).toBeInvalid();
  await userEvent.clear(proof.getByLabelText("Password"));
  await userEvent.type(proof.getByLabelText("Password"), "correct horse");
  await userEvent.click(proof.getByRole("button", { name: "Continue" }));
  expect(await screen.findByLabelText("Your new key", {}, SLOW)).toHaveValue("fhk_secret");
  const made = desk.sent("POST").filter((call) => call.path === PATH);
  expect(made).toHaveLength(2);
  expect(made[1]?.body).toEqual(made[0]?.body);
});

test("whoever has a second factor is asked for its code", async () => {
  openDesk(
    "/keys",
    guarded(({ code }) => code === "123456"),
    {
      ...OWNER,
      second_factors: ["totp"],
    },
  );
  const proof = await make();
  await userEvent.type(proof.getByLabelText("Code"), "123456");
  await userEvent.click(proof.getByRole("button", { name: "Continue" }));
  expect(await screen.findByLabelText("Your new key", {}, SLOW)).toHaveValue("fhk_secret");
});

test("closing the question makes no key, and says why", async () => {
  const desk = openDesk(
    "/keys",
    guarded(() => false),
  );
  const proof = await make();
  await userEvent.click(proof.getByRole("button", { name: "Close" }));
  expect(await screen.findByRole("alert", {}, SLOW)).toBeVisible();
  expect(desk.sent("POST").filter((call) => call.path === PATH)).toHaveLength(1);
});
