// Pages of people with an account, and those that lead into one, in every state worth looking at.
import { expect, type Page } from "@playwright/test";
import { aDevice } from "./device";
import type { State, World } from "./states";

const heading = (page: Page, name: string | RegExp) =>
  expect(page.getByRole("heading", { name, level: 1 })).toBeVisible();

/** Lets a question have an answer that takes mails or other sites to come about. */
const told = (page: Page, path: string, json: unknown, status = 200) =>
  page.route(`**/api/v1/${path}`, (route) => route.fulfill({ status, json }));

interface Person {
  readonly factors?: readonly string[];
  readonly hasPassword?: boolean;
  readonly isNew?: boolean;
}

const PROVIDERS = [
  { name: "harbour", label: "Harbour" },
  { name: "lighthouse", label: "Lighthouse & Daughters" },
];

/** Opens the account page of somebody who is logged in, with all that an account can have. */
async function openAccount(page: Page, world: World, person: Person = {}): Promise<void> {
  const { factors = [], hasPassword = true, isNew = false } = person;
  await page.addInitScript(() => localStorage.setItem("fh-session", "1"));
  const at = "2026-05-04T10:00:00Z";
  await told(page, "account", {
    account_id: "0199c0de-0000-7000-8000-0000000000a1",
    email: "ada.meyer@example.org",
    name: isNew ? null : "Ada Meyer",
    email_verified: true,
    has_password: hasPassword,
    platform_admin: false,
    memberships: [],
    second_factors: factors,
  });
  await told(page, "auth/providers", { data: PROVIDERS });
  await told(page, "account/orders*", {
    data: isNew ? [] : [anOrder(world, 2), anOrder(world, 1)],
    next_cursor: null,
  });
  await told(page, "account/identities", {
    data: isNew
      ? []
      : [
          { identity_id: "1", provider: "harbour", label: "Harbour", linked_at: at },
          { identity_id: "2", provider: "old-mill", label: null, linked_at: at, last_used_at: at },
        ],
  });
  await told(page, "account/passkeys", {
    data: factors.includes("passkey")
      ? [
          { passkey_id: "1", name: "Key ring", created_at: at, backed_up: false },
          {
            passkey_id: "2",
            name: "Password manager of the whole family",
            created_at: at,
            last_used_at: at,
            backed_up: true,
          },
        ]
      : [],
  });
  const firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
  const safari =
    "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0 Mobile/15E148 Safari/604.1";
  await told(page, "account/sessions", {
    data: [
      { session_id: "1", device: firefox, created_at: at, last_used_at: at, current: true },
      { session_id: "2", device: safari, created_at: at, last_used_at: at, current: false },
    ],
  });
  await page.goto("/account");
  await heading(page, "Your account");
  await expect(page.getByText("Firefox")).toBeVisible();
}

function anOrder({ piano }: World, quantity: number) {
  const price = { amount: 2900, currency: "EUR" };
  const total = { ...price, amount: quantity * price.amount };
  return {
    order_id: `0199c0de-0000-7000-8000-00000000000${quantity}`,
    event_id: piano.eventId,
    organization_id: "0199c0de-0000-7000-8000-0000000000c1",
    paid_at: "2026-05-04T10:00:00Z",
    late: false,
    provider: "SIMULATOR",
    status: "PAID",
    items: [
      {
        ticket_type_id: piano.ticketTypeIds[0],
        name: "Regular",
        unit_price: price,
        quantity,
        total,
      },
    ],
    total,
  };
}

const account = (
  name: string,
  person: Person,
  go: (page: Page) => Promise<void> = async () => {},
): State => ({
  name,
  open: async (page, world) => {
    await openAccount(page, world, person);
    await go(page);
  },
});

const press = (page: Page, name: string) =>
  page.getByRole("button", { name, exact: true }).first().click();

const asked = (page: Page) => expect(page.getByRole("dialog")).toBeVisible();

const problem = (code: string, status: number) => ({
  type: "about:blank",
  title: code,
  status,
  code,
});

const came = (name: string, answer: unknown, status: number, shown: string): State => ({
  name,
  open: async (page) => {
    await told(page, "auth/oidc/harbour/callback", answer, status);
    await page.goto("/login/callback/harbour?state=abc&code=def");
    await expect(page.getByText(shown)).toBeVisible();
  },
});

/** Logs in up to the question for the second factor. */
async function toSecondFactor(page: Page): Promise<void> {
  await told(page, "auth/login", {
    second_factor_required: true,
    second_factor_token: "abc",
    second_factors: ["passkey", "totp"],
  });
  await page.goto("/login");
  await page.getByLabel("Email").fill("ada.meyer@example.org");
  await page.getByLabel("Password", { exact: true }).fill("seven quiet boats");
  await press(page, "Log in");
  await heading(page, "One more step");
}

const mail = (name: string, path: string, title: string): State => ({
  name,
  open: async (page) => {
    await page.goto(path);
    await heading(page, title);
  },
});

export const ACCOUNT_STATES: readonly State[] = [
  {
    name: "login-providers",
    open: async (page) => {
      await told(page, "auth/providers", { data: PROVIDERS });
      await page.goto("/login");
      await expect(page.getByRole("button", { name: "Continue with Harbour" })).toBeVisible();
    },
  },
  {
    name: "login-wrong",
    open: async (page) => {
      await told(page, "auth/login", problem("invalid-credentials", 401), 401);
      await page.goto("/login");
      await page.getByLabel("Email").fill("ada.meyer@example.org");
      await page.getByLabel("Password", { exact: true }).fill("seven quiet boats");
      await press(page, "Log in");
      await expect(page.getByRole("alert")).toBeVisible();
    },
  },
  { name: "login-second-factor", open: toSecondFactor },
  {
    name: "callback-waiting",
    open: async (page) => {
      await page.route("**/api/v1/auth/oidc/harbour/callback", () => {});
      await page.goto("/login/callback/harbour?state=abc&code=def");
      await heading(page, "One moment…");
    },
  },
  came("callback-refused", problem("provider-refused", 403), 403, "was cancelled"),
  came("callback-check-mail", { outcome: "check_mail" }, 200, "open the link"),
  mail("callback-over", "/login/callback/harbour", "You aren’t logged in"),
  mail("login-confirm", "/login/confirm#token=abc", "Was it you?"),
  mail("login-confirm-over", "/login/confirm", "Was it you?"),
  mail("invitation", "/invitation#token=abc", "You are invited"),
  account("account", { factors: ["passkey", "totp"] }),
  account("account-new", { isNew: true }),
  account("account-elsewhere", { hasPassword: false }),
  account("account-unlink", {}, async (page) => {
    await press(page, "Unlink: Harbour");
    await asked(page);
  }),
  account("account-add-passkey", {}, async (page) => {
    await press(page, "Add a passkey");
    await asked(page);
  }),
  account("account-remove-passkey", { factors: ["passkey"] }, async (page) => {
    await press(page, "Remove");
    await asked(page);
  }),
  account("account-rename-passkey", { factors: ["passkey"] }, async (page) => {
    await press(page, "Rename");
    await asked(page);
  }),
  account("account-proof", {}, async (page) => {
    await told(page, "account/totp", problem("step-up-required", 403), 403);
    await press(page, "Set up an app");
    await asked(page);
  }),
  account("account-app", {}, async (page) => {
    const secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";
    const otpauth_url = `otpauth://totp/Fullhouse:ada.meyer@example.org?secret=${secret}&issuer=Fullhouse`;
    await told(page, "account/totp", { secret, otpauth_url });
    await press(page, "Set up an app");
    await expect(page.getByRole("img", { name: /QR code/ })).toBeVisible();
  }),
  {
    name: "account-codes",
    open: async (page, world) => {
      await aDevice(page);
      await openAccount(page, world);
      const recovery_codes = Array.from({ length: 10 }, (_, at) => `${at}f7k2-9qwm${at}`);
      await told(page, "account/passkeys/options", {
        ceremony: "abc",
        public_key: {
          challenge: "c2V2ZW4gcXVpZXQgYm9hdHMgYXQgZHVzaw",
          rp: { id: "localhost", name: "Fullhouse" },
          user: { id: "YWRh", name: "ada.meyer@example.org", displayName: "Ada Meyer" },
          pubKeyCredParams: [-7, -257].map((alg) => ({ type: "public-key", alg })),
          timeout: 60_000,
          excludeCredentials: [],
        },
      });
      await page.route("**/api/v1/account/passkeys", (route) =>
        route.request().method() === "POST"
          ? route.fulfill({ status: 201, json: { passkey_id: "1", recovery_codes } })
          : route.fallback(),
      );
      await press(page, "Add a passkey");
      await press(page, "Continue");
      await expect(page.getByText("9f7k2-9qwm9", { exact: true })).toBeVisible();
    },
  },
  account("account-erase", {}, async (page) => {
    await press(page, "Erase my account");
    await asked(page);
  }),
];
