// A file of the desk: a fresh proof first, then progress, then the download; nobody else's files.
import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test } from "vitest";
import { anEvent, EVENT, ORGANIZATION, openDesk, Refusal } from "../testing/desk";
import type { OrganizationExport } from "./queries";

const FILES = `/organizations/${ORGANIZATION}/exports`;

function aFile(changes: Partial<OrganizationExport>): OrganizationExport {
  return {
    export_id: "0199c0de-0000-7000-8000-0000000000e1",
    data: "attendees",
    event_id: EVENT,
    format: "csv",
    from: null,
    to: null,
    status: "WAITING",
    rows_done: 0,
    rows_total: null,
    requested_at: "2027-01-01T10:00:00Z",
    ready_at: null,
    expires_at: "2027-01-02T10:00:00Z",
    own: true,
    ...changes,
  };
}

function openAttendees(files: () => OrganizationExport[], ask: () => unknown) {
  return openDesk(`/events/${EVENT}/attendees`, {
    [`GET /events/${EVENT}`]: () => anEvent({ status: "PUBLISHED" }),
    [`GET /events/${EVENT}/attendees`]: () => ({ data: [], next_cursor: null }),
    [`GET ${FILES}`]: () => ({ data: files(), next_cursor: null }),
    [`POST ${FILES}`]: ask,
    "POST /auth/step-up": () => null,
  });
}

const panel = () => screen.findByRole("region", { name: "Files" });

test("a file asks for a proof, shows its progress and can be downloaded at the end", async () => {
  const user = userEvent.setup();
  let files: OrganizationExport[] = [];
  let isProved = false;
  const desk = openAttendees(
    () => files,
    () => {
      if (!isProved) {
        isProved = true;
        return new Refusal(403, "step-up-required");
      }
      files = [aFile({ status: "RUNNING", rows_done: 2000, rows_total: 5000 })];
      return { export_id: files[0]?.export_id };
    },
  );
  await user.click(await screen.findByRole("button", { name: "Make an attendee list" }));
  await user.click(screen.getByRole("button", { name: "Make the file" }));
  await user.type(await screen.findByLabelText("Password"), "secret");
  await user.click(screen.getByRole("button", { name: "Continue" }));
  expect(await within(await panel()).findByText("2,000 of 5,000 rows…")).toBeVisible();
  const progress = screen.getByRole("progressbar", { name: "Progress of the file" });
  expect(progress).toHaveAttribute("value", "2000");
  expect(desk.sent("POST").at(-1)?.body).toEqual({
    data: "attendees",
    format: "csv",
    event_id: EVENT,
  });
  expect(screen.queryByRole("dialog")).toBeNull();
  expect(screen.queryByRole("button", { name: "Download" })).toBeNull();

  files = [aFile({ status: "READY", rows_done: 5001, rows_total: 5001 })];
  expect(await screen.findByText("Ready, 5,001 rows.", {}, { timeout: 3000 })).toBeVisible();
  expect(screen.getByRole("button", { name: "Download" })).toBeVisible();
});

test("a format and days of the event's zone are chosen, and days backwards refused", async () => {
  const user = userEvent.setup();
  const desk = openAttendees(
    () => [
      aFile({
        status: "READY",
        format: "xlsx",
        from: "2027-02-28T23:00:00Z",
        to: "2027-03-31T22:00:00Z",
      }),
      aFile({ export_id: "2", format: "json", from: "2027-02-28T23:00:00Z" }),
    ],
    () => ({ export_id: "1" }),
  );
  expect(await screen.findByText("XLSX, Mar 1 – 31, 2027")).toBeVisible();
  expect(screen.getByText("JSON, from Mar 1, 2027")).toBeVisible();

  await user.click(screen.getByRole("button", { name: "Make an attendee list" }));
  const dialog = within(await screen.findByRole("dialog", { name: "Make an attendee list" }));
  expect(dialog.getByText(/time zone Europe\/Berlin/)).toBeVisible();
  await user.selectOptions(dialog.getByLabelText("Format"), "XLSX");
  await user.type(dialog.getByLabelText(/Issued from/), "2027-03-02");
  await user.type(dialog.getByLabelText(/Issued until/), "2027-03-01");
  await user.click(dialog.getByRole("button", { name: "Make the file" }));
  expect(dialog.getByText("The last day is before the first.")).toBeVisible();
  expect(desk.sent("POST")).toEqual([]);

  await user.clear(dialog.getByLabelText(/Issued until/));
  await user.type(dialog.getByLabelText(/Issued until/), "2027-03-31");
  await user.click(dialog.getByRole("button", { name: "Make the file" }));
  await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
  // The clocks go forward on the 28th: the last day ends at 22:00 UTC.
  expect(desk.sent("POST").at(-1)?.body).toEqual({
    data: "attendees",
    format: "xlsx",
    event_id: EVENT,
    from: "2027-03-01T23:00:00.000Z",
    to: "2027-03-31T22:00:00.000Z",
  });
});

test("files of others and of other lists aren't offered, a failed one says so", async () => {
  openAttendees(
    () => [
      aFile({ export_id: "1", own: false, status: "READY" }),
      aFile({ export_id: "2", data: "sales", status: "READY" }),
      aFile({ export_id: "3", event_id: null, data: "orders", status: "READY" }),
      aFile({ export_id: "4", status: "FAILED" }),
    ],
    () => null,
  );
  expect(await screen.findByText(/couldn’t be made/)).toBeVisible();
  expect(screen.queryByRole("button", { name: "Download" })).toBeNull();
});
