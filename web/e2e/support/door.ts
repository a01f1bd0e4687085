// Devices at the door: how tests invite and enrol them, and every state worth looking at.
import { expect, type Page } from "@playwright/test";
import { ask, type Organizer } from "./api";
import type { DeskState, DeskWorld } from "./deskPage";

/** An invitation by the API, for what isn't about the desk. */
export async function invited(organizer: Organizer, eventId: string, changes = {}) {
  const path = `/organizations/${organizer.organizationId}/devices`;
  const ends_at = new Date(Date.now() + 3 * 3_600_000).toISOString();
  const body = { label: "Blue phone 3", event_id: eventId, gates: ["North", "VIP"], ends_at };
  const { body: answer } = await ask("POST", path, organizer.key, { ...body, ...changes });
  return answer as { readonly device_id: string; readonly code: string };
}

export const enrol = (phone: Page, code: string) => phone.goto(`/scan/enrol#code=${code}`);

async function enrolled(page: Page, { organizer, onSale }: DeskWorld): Promise<string> {
  const { device_id, code } = await invited(organizer, onSale.eventId);
  await enrol(page, code);
  await expect(page.getByText("Connected")).toBeVisible();
  return device_id;
}

export const DOOR_STATES: readonly DeskState[] = [
  {
    name: "door-none",
    open: async (page) => {
      await page.goto("/scan/");
      await expect(page.getByText("This device isn’t enrolled")).toBeVisible();
    },
  },
  {
    name: "door-active",
    open: async (page, world) => {
      await enrolled(page, world);
    },
  },
  {
    name: "door-offline",
    open: async (page, world) => {
      await enrolled(page, world);
      await page.route("**/api/v1/**", (route) => route.abort());
      await expect(page.getByText("No connection")).toBeVisible();
    },
  },
  {
    name: "door-revoked",
    open: async (page, world) => {
      const device = await enrolled(page, world);
      const path = `/organizations/${world.organizer.organizationId}/devices/${device}`;
      await ask("DELETE", path, world.organizer.key);
      await expect(page.getByText("This device was revoked")).toBeVisible();
    },
  },
  {
    name: "door-code-over",
    open: async (page) => {
      await enrol(page, "00".repeat(32));
      await expect(page.getByText("This code has expired or has been used")).toBeVisible();
    },
  },
];
