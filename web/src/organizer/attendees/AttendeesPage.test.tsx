// The list of attendees: what is typed is asked of the server and kept in the address.
import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test } from "vitest";
import { anEvent, aType, EVENT, ORGANIZATION, openDesk, REGULAR } from "../testing/desk";

const TICKET = {
  ticket_id: "0199c0de-0000-7000-8000-0000000000aa",
  order_id: "0199c0de-0000-7000-8000-0000000000bb",
  ticket_type_id: REGULAR,
  ticket_type: "Regular",
  status: "VALID",
  issued_at: "2027-01-01T10:00:00Z",
  buyer: { email: "ada@example.org", name: "Ada Meyer" },
};

function open(path: string, answer: () => unknown) {
  return openDesk(`/events/${EVENT}/attendees${path}`, {
    [`GET /events/${EVENT}`]: () => anEvent({ status: "PUBLISHED", ticket_types: [aType()] }),
    [`GET /events/${EVENT}/attendees`]: answer,
    [`GET /organizations/${ORGANIZATION}/exports`]: () => ({ data: [], next_cursor: null }),
  });
}

test("what is typed is asked once the typing pauses, and stands in the address", async () => {
  const user = userEvent.setup();
  let asked = 0;
  const desk = open("", () => {
    asked += 1;
    return { data: [TICKET], next_cursor: null };
  });
  expect(await screen.findByText("Ada Meyer")).toBeVisible();
  const before = asked;
  await user.type(screen.getByLabelText("Search"), "meyer");
  expect(await screen.findByText("1 found.")).toBeVisible();
  expect(asked).toBe(before + 1);
  await user.selectOptions(screen.getByLabelText("Type"), "Regular");
  expect(desk.router.state.location.search).toEqual({ q: "meyer", type: REGULAR });
});

test("a search that isn't done says so and goes on", async () => {
  const user = userEvent.setup();
  let asked = 0;
  open("?q=meyer", () => {
    asked += 1;
    return asked === 1 ? { data: [], next_cursor: "there" } : { data: [TICKET], next_cursor: null };
  });
  expect(await screen.findByText(/Not everything was looked through yet/)).toBeVisible();
  expect(screen.queryByText("Nobody here")).toBeNull();
  await user.click(screen.getByRole("button", { name: "Search on" }));
  expect(await screen.findByText("Ada Meyer")).toBeVisible();
});

test("whoever was forgotten keeps the ticket and has no name", async () => {
  open("", () => ({ data: [{ ...TICKET, buyer: null }], next_cursor: null }));
  expect(await screen.findByText("not stored")).toBeVisible();
});
