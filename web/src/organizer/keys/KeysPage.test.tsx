// Making an API key: the server may want a fresh proof first, and the secret is shown once.
import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";
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

test("a key that is limited says to what, and is not made without anything", async () => {
  const desk = openDesk("/keys", {
    [`GET ${PATH}`]: () => ({
      data: [
        {
          api_key_id: "k1",
          label: "Old shop",
          prefix: "fhk_1",
          scopes: ["view_order", "of_tomorrow"],
          created_at: "2026-05-04T10:00:00Z",
        },
      ],
    }),
    [`POST ${PATH}`]: () => ({ api_key_id: "k", secret: "fhk_secret" }),
  });
  expect(await screen.findByText("See orders and tickets, of_tomorrow", {}, SLOW)).toBeVisible();
  await userEvent.click(screen.getByRole("button", { name: "New key" }));
  const dialog = within(await screen.findByRole("dialog", { name: "New key" }));
  await userEvent.type(dialog.getByLabelText("What it is for"), "Web shop");
  await userEvent.click(dialog.getByLabelText("Some things only"));
  await userEvent.click(dialog.getByRole("button", { name: "New key" }));
  expect(dialog.getByText("Choose at least one thing, or everything.")).toBeVisible();
  expect(desk.sent("POST")).toHaveLength(0);
  await userEvent.click(dialog.getByLabelText("See orders and tickets"));
  await userEvent.click(dialog.getByLabelText("Export data"));
  await userEvent.click(dialog.getByRole("button", { name: "New key" }));
  expect(await screen.findByLabelText("Your new key", {}, SLOW)).toHaveValue("fhk_secret");
  expect(desk.sent("POST")[0]?.body.scopes).toEqual(["view_order", "export_data"]);
});

test("whoever has a passkey is asked for it, and may still type a recovery code", async () => {
  const answer = (...numbers: number[]) => new Uint8Array(numbers).buffer;
  const get = vi.fn(async () => ({
    rawId: answer(1),
    response: {
      clientDataJSON: answer(2),
      authenticatorData: answer(3),
      signature: answer(4),
      userHandle: null,
    },
  }));
  vi.stubGlobal("isSecureContext", true);
  vi.stubGlobal("PublicKeyCredential", {});
  Object.defineProperty(navigator, "credentials", { configurable: true, value: { get } });
  openDesk(
    "/keys",
    {
      ...guarded(({ passkey }) => (passkey as { readonly ceremony?: string })?.ceremony === "c"),
      "POST /auth/step-up/options": () => ({ ceremony: "c", public_key: { challenge: "AQ" } }),
    },
    { ...OWNER, second_factors: ["passkey"] },
  );
  const proof = await make();
  expect(proof.getByLabelText("Code")).toBeVisible();
  expect(proof.queryByLabelText("Password")).toBeNull();
  await userEvent.click(proof.getByRole("button", { name: "Use your passkey" }));
  expect(await screen.findByLabelText("Your new key", {}, SLOW)).toHaveValue("fhk_secret");
  expect(get).toHaveBeenCalledOnce();
  vi.unstubAllGlobals();
});
