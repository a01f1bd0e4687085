// Inviting a device, its code, its arrival; and taking devices away.
import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test } from "vitest";
import { anEvent, EVENT, figuresOf, ORGANIZATION, OWNER, openDesk } from "../testing/desk";
import type { Device } from "./queries";

const PATH = `/organizations/${ORGANIZATION}/devices`;
const ALL = `/organizations/${ORGANIZATION}/events/${EVENT}/devices`;
const SLOW = { timeout: 8_000 };
const DEVICE = "0199c0de-0000-7000-8000-0000000000d1";
const CODE = "ab".repeat(32);

const soon = (seconds: number) => new Date(Date.now() + seconds * 1000).toISOString();

function aDevice(changes: Partial<Device> = {}): Device {
  return {
    device_id: DEVICE,
    organization_id: ORGANIZATION,
    event_id: EVENT,
    label: "Blue phone",
    gates: ["North"],
    status: "ACTIVE",
    lease_hours: 24,
    ends_at: soon(86_400),
    created_at: soon(-60),
    code_expires_at: soon(540),
    enrolled_at: soon(-30),
    last_used_at: soon(-30),
    lease_ends_at: soon(80_000),
    revoked_at: null,
    ...changes,
  };
}

function aDoor(devices: () => readonly Device[], codeLastsSeconds = 600) {
  const event = anEvent({ status: "PUBLISHED" });
  return {
    [`GET /events/${EVENT}`]: () => event,
    [`GET /events/${EVENT}/availability`]: () => figuresOf(event),
    [`GET ${PATH}`]: () => ({ data: devices(), next_cursor: null }),
    [`POST ${PATH}`]: () => ({
      device_id: DEVICE,
      event_id: EVENT,
      label: "Blue phone",
      gates: ["North"],
      code: CODE,
      code_expires_at: soon(codeLastsSeconds),
      ends_at: soon(86_400),
    }),
    [`DELETE ${PATH}/${DEVICE}`]: () => null,
    [`DELETE ${ALL}`]: () => ({ revoked: 2 }),
  };
}

async function invite() {
  await userEvent.click(await screen.findByRole("button", { name: "Invite a device" }, SLOW));
  const dialog = within(await screen.findByRole("dialog", { name: "Invite a device" }));
  await userEvent.type(dialog.getByLabelText("Device"), "Blue phone");
  await userEvent.type(dialog.getByLabelText(/^Gates/), "North");
  await userEvent.click(dialog.getByRole("button", { name: "Show the code" }));
  return within(await screen.findByRole("dialog", { name: "Code for “Blue phone”" }, SLOW));
}

test("the code is shown until a device takes it up, and that is said", async () => {
  let devices: Device[] = [];
  const desk = openDesk(
    `/events/${EVENT}/devices`,
    aDoor(() => devices),
  );
  const code = await invite();
  expect(code.getByRole("img", { name: "QR code that enrols the device" })).toBeInTheDocument();
  expect(code.getByLabelText("Link")).toHaveValue(`${location.origin}/scan/enrol#code=${CODE}`);
  expect(code.getByRole("timer")).toHaveTextContent(/^(10:00|9:5\d)$/);
  expect(desk.sent("POST").find((call) => call.path === PATH)?.body).toMatchObject({
    label: "Blue phone",
    gates: ["North"],
    event_id: EVENT,
    lease_hours: 24,
  });
  devices = [aDevice()];
  expect(await screen.findByText("“Blue phone” is enrolled", {}, SLOW)).toBeInTheDocument();
});

test("a code that ended is followed by another one", async () => {
  const desk = openDesk(
    `/events/${EVENT}/devices`,
    aDoor(() => [], 0),
  );
  const code = await invite();
  expect(code.getByText("The code has expired. Nobody took it up.")).toBeInTheDocument();
  await userEvent.click(code.getByRole("button", { name: "New code" }));
  const made = () => desk.sent("POST").filter((call) => call.path === PATH);
  await waitFor(() => expect(made()).toHaveLength(2));
  expect(made()[1]?.body).toMatchObject({ label: "Blue phone", gates: ["North"] });
});

test("a device is revoked after its effect was told", async () => {
  const desk = openDesk(
    `/events/${EVENT}/devices`,
    aDoor(() => [aDevice()]),
  );
  const revoke = await screen.findByRole("button", { name: "Revoke “Blue phone”" }, SLOW);
  await userEvent.click(revoke);
  const dialog = within(await screen.findByRole("dialog", { name: "Revoke “Blue phone”?" }));
  expect(dialog.getByText(/Within a second it can do nothing more/)).toBeInTheDocument();
  expect(desk.sent("DELETE")).toHaveLength(0);
  await userEvent.click(dialog.getByRole("button", { name: "Revoke" }));
  await waitFor(() => expect(desk.sent("DELETE")[0]?.path).toBe(`${PATH}/${DEVICE}`));
});

test("all devices of the event are revoked together", async () => {
  const other = aDevice({ device_id: EVENT, label: "Red phone" });
  const over = aDevice({ device_id: ORGANIZATION, label: "Old phone", status: "REVOKED" });
  const desk = openDesk(
    `/events/${EVENT}/devices`,
    aDoor(() => [aDevice(), other, over]),
  );
  await userEvent.click(await screen.findByRole("button", { name: "Revoke all" }, SLOW));
  const dialog = within(await screen.findByRole("dialog", { name: "Revoke all 2 devices?" }));
  await userEvent.click(dialog.getByRole("button", { name: "Revoke all" }));
  await waitFor(() => expect(desk.sent("DELETE")[0]?.path).toBe(ALL));
  expect(screen.queryByRole("button", { name: "Revoke “Old phone”" })).toBeNull();
});

test("roles that may not manage devices have no tab and no page", async () => {
  const [membership] = OWNER.memberships;
  if (!membership) throw new Error("the owner belongs to an organisation");
  const finance = { ...OWNER, memberships: [{ ...membership, role: "finance" as const }] };
  openDesk(
    `/events/${EVENT}/devices`,
    aDoor(() => [aDevice()]),
    finance,
  );
  expect(await screen.findByText("Your role doesn’t include this", {}, SLOW)).toBeInTheDocument();
  expect(screen.queryByRole("link", { name: "Door devices" })).toBeNull();
});
