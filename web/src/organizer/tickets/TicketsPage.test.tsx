// Capacity and ticket types by hand.
import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test } from "vitest";
import {
  anEvent,
  answerOf,
  aType,
  type Call,
  EVENT,
  figuresOf,
  OWNER,
  openDesk,
  Refusal,
} from "../testing/desk";

const PATH = `/events/${EVENT}`;
const SLOW = { timeout: 8_000 };
const event = anEvent({ total_capacity: 100, ticket_types: [aType({ allocation: 60 })] });

const routes = {
  [`GET ${PATH}`]: () => event,
  [`GET ${PATH}/availability`]: () => {
    const figures = figuresOf(event, { sold: 50, held: 10 });
    const types = figures.ticket_types.map((type) => ({ ...type, sold: 50, held: 5 }));
    return { ...figures, ticket_types: types };
  },
};

test("each type says how many can be sold and why", async () => {
  openDesk(`${PATH}/tickets`, routes);
  const card = await screen.findByRole("article", {}, SLOW);
  await waitFor(() => expect(card).toHaveTextContent("5 can be sold right now."), SLOW);
  expect(card).toHaveTextContent("5 left of it, while the event has 40 left");
});

test("an allocation that doesn't fit is told while typing, and can't be sent", async () => {
  const desk = openDesk(`${PATH}/tickets`, routes);
  await userEvent.click(await screen.findByRole("button", { name: "Add a ticket type" }, SLOW));
  const dialog = await screen.findByRole("dialog");
  await userEvent.type(within(dialog).getByLabelText("Name"), "Students");
  await userEvent.type(within(dialog).getByLabelText("Amount in EUR"), "12,50");
  const allocation = within(dialog).getByLabelText(/^Allocation/);
  await userEvent.type(allocation, "50");
  expect(allocation).toHaveAccessibleDescription(/exceed the capacity by 10 tickets/);
  await userEvent.click(within(dialog).getByRole("button", { name: "Add a ticket type" }));
  expect(desk.sent("POST")).toHaveLength(0);
  await waitFor(() => expect(allocation).toHaveFocus());
});

test("a type is added with its price in minor units", async () => {
  const add = () =>
    answerOf(
      anEvent({
        ...event,
        version: 4,
        ticket_types: [aType(), aType({ ticket_type_id: "x", name: "Students" })],
      }),
    );
  const desk = openDesk(`${PATH}/tickets`, { ...routes, [`POST ${PATH}/ticket-types`]: add });
  await userEvent.click(await screen.findByRole("button", { name: "Add a ticket type" }, SLOW));
  const dialog = await screen.findByRole("dialog");
  await userEvent.click(within(dialog).getByRole("button", { name: "Add a ticket type" }));
  expect(within(dialog).getByLabelText("Name")).toHaveAccessibleDescription("Please fill this in");
  await userEvent.type(within(dialog).getByLabelText("Name"), "Students");
  await userEvent.type(within(dialog).getByLabelText("Amount in EUR"), "12,50");
  await userEvent.click(within(dialog).getByRole("button", { name: "Add a ticket type" }));
  expect(await screen.findByRole("heading", { name: "Students" }, SLOW)).toBeVisible();
  const call = desk.sent("POST")[0];
  expect(call?.body).toMatchObject({
    name: "Students",
    price: { kind: "fixed", amount: 1250 },
    allocation: null,
    enabled: true,
  });
  expect(call?.headers.get("Idempotency-Key")).toMatch(/^[0-9a-f-]{36}$/);
});

test("what the server refuses stands beside its field, and nothing typed is lost", async () => {
  const refuse = (_call: Call) =>
    new Refusal(422, "validation", {
      errors: [{ pointer: "/price/amount", code: "out-of-range", detail: "Too dear." }],
    });
  openDesk(`${PATH}/tickets`, {
    ...routes,
    [`PATCH ${PATH}/ticket-types/${aType().ticket_type_id}`]: refuse,
  });
  await userEvent.click(await screen.findByRole("button", { name: "Edit Regular" }, SLOW));
  const amount = await screen.findByLabelText("Amount in EUR");
  expect(amount).toHaveValue("29.00");
  await userEvent.clear(amount);
  await userEvent.type(amount, "99999");
  const dialog = within(screen.getByRole("dialog"));
  await userEvent.click(dialog.getByRole("button", { name: "Save changes" }));
  await waitFor(() => expect(amount).toHaveAccessibleDescription("Too dear."), SLOW);
  expect(amount).toHaveValue("99999");
});

test("a capacity below what is sold or allocated can't be sent", async () => {
  const desk = openDesk(`${PATH}/tickets`, routes);
  const capacity = await screen.findByLabelText("Tickets for the whole event", {}, SLOW);
  await waitFor(() => expect(screen.getByRole("article")).toHaveTextContent("can be sold"), SLOW);
  await userEvent.clear(capacity);
  await userEvent.type(capacity, "59");
  expect(capacity).toHaveAccessibleDescription(/60 tickets are sold or held/);
  expect(screen.getByRole("button", { name: "Save changes" })).toBeDisabled();
  expect(desk.sent("PUT")).toHaveLength(0);
});

test("finance looks but doesn't touch, the door doesn't even look", async () => {
  const as = (role: "finance" | "door_staff") => ({
    ...OWNER,
    memberships: OWNER.memberships.map((one) => ({ ...one, role })),
  });
  openDesk(`${PATH}/tickets`, routes, as("finance"));
  expect(await screen.findByText(/may look at this but not change it/, {}, SLOW)).toBeVisible();
  expect(screen.queryByRole("button", { name: "Add a ticket type" })).not.toBeInTheDocument();
  expect(screen.queryByRole("button", { name: "Publish" })).not.toBeInTheDocument();
  document.body.innerHTML = "";
  openDesk(`${PATH}/tickets`, routes, as("door_staff"));
  expect(await screen.findByText("Your role doesn’t include this", {}, SLOW)).toBeVisible();
});
