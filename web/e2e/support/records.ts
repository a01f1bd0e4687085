// What the desk keeps of an event: attendees, files of them, history, picture, the lines for other sites.
import { Buffer } from "node:buffer";
import { expect, type Page } from "@playwright/test";
import { type DeskState, draft, enterDesk, heading, onSale, simple } from "./deskPage";

/** The files that were asked for, as the server tells of them while it makes them. */
async function withFiles(page: Page, files: readonly object[]): Promise<void> {
  await page.route("**/api/v1/organizations/*/exports*", async (route) => {
    if (route.request().method() !== "GET") return route.fallback();
    await route.fulfill({ json: { data: files, next_cursor: null } });
  });
}

const aFile = (eventId: string, id: number, changes: object) => ({
  export_id: `0199c0de-0000-7000-8000-0000000000e${id}`,
  event_id: eventId,
  data: "attendees",
  format: "csv",
  from: null,
  to: null,
  own: true,
  requested_at: "2026-05-04T10:00:00Z",
  expires_at: "2026-05-05T10:00:00Z",
  rows_done: 0,
  rows_total: null,
  ready_at: null,
  status: "WAITING",
  ...changes,
});

/** A small picture, drawn in the page. */
export async function aPicture(page: Page): Promise<Buffer> {
  const bytes = await page.evaluate(async () => {
    const canvas = new OffscreenCanvas(640, 360);
    const context = canvas.getContext("2d");
    if (!context) throw new Error("no canvas");
    const sky = context.createLinearGradient(0, 0, 640, 360);
    sky.addColorStop(0, "#1d4ed8");
    sky.addColorStop(1, "#f1bb57");
    context.fillStyle = sky;
    context.fillRect(0, 0, 640, 360);
    const blob = await canvas.convertToBlob({ type: "image/png" });
    return [...new Uint8Array(await blob.arrayBuffer())];
  });
  return Buffer.from(bytes);
}

export const RECORD_STATES: readonly DeskState[] = [
  simple("desk-attendees", onSale("/attendees"), "Attendees"),
  simple("desk-attendees-found", onSale("/attendees?q=meyer"), "Attendees"),
  simple("desk-attendees-unknown", onSale("/attendees?q=nobody"), "Attendees"),
  simple("desk-attendees-none", draft("/attendees"), "Attendees"),
  {
    name: "desk-export",
    open: async (page, world) => {
      await simple("", onSale("/attendees"), "Attendees").open(page, world);
      await page.getByRole("button", { name: "Make an attendee list" }).click();
      await page.getByRole("button", { name: "Make the file" }).click();
      await expect(page.getByRole("button", { name: "Download" }).first()).toBeVisible();
    },
  },
  {
    name: "desk-export-dialog",
    open: async (page, world) => {
      await simple("", onSale("/attendees"), "Attendees").open(page, world);
      await page.getByRole("button", { name: "Make an attendee list" }).click();
      await page.getByLabel("Format").selectOption("xlsx");
      await expect(page.getByRole("dialog")).toBeVisible();
    },
  },
  {
    name: "desk-export-running",
    open: async (page, world) => {
      const { eventId } = world.onSale;
      await withFiles(page, [
        aFile(eventId, 1, {}),
        aFile(eventId, 2, { status: "RUNNING", rows_done: 12_000, rows_total: 41_250 }),
        aFile(eventId, 3, {
          status: "READY",
          rows_done: 7,
          rows_total: 7,
          format: "xlsx",
          from: "2026-03-31T22:00:00Z",
          to: "2026-04-30T22:00:00Z",
        }),
        aFile(eventId, 4, { status: "FAILED" }),
      ]);
      await enterDesk(page, world.organizer);
      await page.goto(`/organizer/events/${eventId}/attendees`);
      await expect(page.getByRole("progressbar").first()).toBeVisible();
    },
  },
  {
    name: "desk-picture",
    open: async (page, world) => {
      await simple("", draft("/edit"), "Details").open(page, world);
      const file = { name: "a.png", mimeType: "image/png", buffer: await aPicture(page) };
      await page.getByLabel("Picture file").setInputFiles(file);
      await expect(page.getByRole("img", { name: "How the picture looks" })).toBeVisible();
    },
  },
  {
    name: "desk-picture-wrong",
    open: async (page, world) => {
      await simple("", draft("/edit"), "Details").open(page, world);
      const file = { name: "a.svg", mimeType: "image/svg+xml", buffer: Buffer.from("<svg/>") };
      await page.getByLabel("Picture file").setInputFiles(file);
      await expect(page.getByText("This is neither a JPEG nor a PNG file.")).toBeVisible();
    },
  },
  {
    name: "desk-embed",
    open: async (page, world) => {
      await simple("", onSale(""), "Sales").open(page, world);
      await page.getByRole("button", { name: "Embed on your site" }).click();
      await expect(page.getByRole("dialog")).toBeVisible();
    },
  },
  simple("desk-history", onSale("/history"), "History"),
  {
    name: "desk-history-then",
    open: async (page, world) => {
      await simple("", onSale("/history"), "History").open(page, world);
      await page.getByRole("button", { name: "One step back" }).click();
      await expect(page.getByRole("heading", { name: "How it stood" })).toBeVisible();
    },
  },
  {
    name: "desk-event-missing",
    open: async (page, world) => {
      await enterDesk(page, world.organizer);
      await page.goto("/organizer/events/00000000-0000-7000-8000-000000000000");
      await heading(page, /./);
    },
  },
];
