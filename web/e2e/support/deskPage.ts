// The desk as somebody sees it who works there, and how its states are described.
import { expect, type Page } from "@playwright/test";
import type { MadeEvent, Organizer } from "./api";

const ADMIN_KEY = process.env.FULLHOUSE_ADMIN_KEY ?? "";

export interface DeskWorld {
  readonly organizer: Organizer;
  readonly onSale: MadeEvent;
  readonly draft: string;
  readonly cancelled: MadeEvent;
  readonly orderId: string;
}

type Role = "owner" | "manager" | "finance" | "door_staff";

interface Person {
  readonly role?: Role;
  readonly isAdmin?: boolean;
  readonly hasNothing?: boolean;
}

/**
 * Works at the desk with the organisation's key.
 *
 * Logging in takes a mail, which isn't there in every run: who the person is, is told here. All else
 * is asked of the real API.
 */
export async function enterDesk(
  page: Page,
  organizer: Organizer,
  person: Person = {},
): Promise<void> {
  const key = person.isAdmin ? ADMIN_KEY : organizer.key;
  await page.setExtraHTTPHeaders({ Authorization: `Bearer ${key}` });
  // Where nobody logged in, the desk doesn't ask who it is.
  await page.addInitScript(() => localStorage.setItem("fh-session", "1"));
  const organization = {
    organization_id: organizer.organizationId,
    organization_name: "Playhouse on the Quay",
    role: person.role ?? "owner",
  };
  await page.route("**/api/v1/account", (route) =>
    route.fulfill({
      json: {
        account_id: "0199c0de-0000-7000-8000-0000000000a1",
        email: "ada@example.org",
        name: "Ada Meyer",
        email_verified: true,
        platform_admin: person.isAdmin ?? false,
        memberships: person.hasNothing ? [] : [organization],
        second_factors: [],
      },
    }),
  );
  const since = "2026-05-04T10:00:00Z";
  await page.route("**/api/v1/organizations/*/members", (route) =>
    route.fulfill({
      json: {
        data: [
          {
            account_id: "0199c0de-0000-7000-8000-0000000000a1",
            role: "owner",
            email: "ada@example.org",
            name: "Ada Meyer",
            since,
          },
          {
            account_id: "0199c0de-0000-7000-8000-0000000000a2",
            role: "finance",
            email: "jonas@example.org",
            name: "Jonas Okafor",
            since,
          },
          {
            account_id: "0199c0de-0000-7000-8000-0000000000a3",
            role: "door_staff",
            email: "mina.rossi@example.org",
            name: null,
            since,
          },
        ],
      },
    }),
  );
  await page.route("**/api/v1/organizations/*/invitations", (route) =>
    route.fulfill({
      json: {
        data: [
          {
            invitation_id: "0199c0de-0000-7000-8000-0000000000b1",
            role: "manager",
            email: "lea.novak@example.org",
            expires_at: "2027-01-02T10:00:00Z",
          },
        ],
      },
    }),
  );
}

export interface DeskState {
  readonly name: string;
  readonly open: (page: Page, world: DeskWorld) => Promise<void>;
}

export const heading = (page: Page, name: string | RegExp) =>
  expect(page.getByRole("heading", { name, level: 1 })).toBeVisible();

export function simple(
  name: string,
  path: (world: DeskWorld) => string,
  title: string,
  person: Person = {},
): DeskState {
  return {
    name,
    open: async (page, world) => {
      await enterDesk(page, world.organizer, person);
      await page.goto(`/organizer${path(world)}`);
      await heading(page, title);
      await page.waitForLoadState("networkidle").catch(() => {});
      await expect(page.locator("[aria-busy=true]")).toHaveCount(0);
    },
  };
}

export const onSale = (rest: string) => (world: DeskWorld) =>
  `/events/${world.onSale.eventId}${rest}`;
export const draft = (rest: string) => (world: DeskWorld) => `/events/${world.draft}${rest}`;
