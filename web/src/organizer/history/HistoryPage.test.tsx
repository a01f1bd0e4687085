// What was recorded: all of it, the latest first, also if the server tells it in pages from the oldest.
import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test } from "vitest";
import { anEvent, type Call, EVENT, openDesk } from "../testing/desk";

const STREAM = `/audit/streams/box_office/${EVENT}`;

const anEntry = (version: number, event_type: string) => ({
  log_position: `1:${version}`,
  version,
  event_type,
  at: `2026-05-04T10:${String(version).padStart(2, "0")}:00Z`,
  actor: "api_key:0199c0de-0000-7000-8000-0000000000a1",
  trace_id: "4bf92f3577b34da6a3ce929d0e0e4736",
  payload: {},
});

const STATE = {
  version: 4,
  state: {
    title: "Four Hands",
    status: "PUBLISHED",
    currency: "EUR",
    total_capacity: 100,
    sold: 0,
    held: 2,
    orders: 0,
    tickets_issued: 0,
    revenue_minor: 0,
    ticket_types: [],
  },
};

function openHistory(pages: readonly (readonly object[])[]) {
  return openDesk(`/events/${EVENT}/history`, {
    [`GET /events/${EVENT}`]: () => anEvent({ status: "PUBLISHED" }),
    [`GET ${STREAM}`]: ({ search }: Call) => {
      const at = Number(search.get("cursor") ?? 0);
      return { data: pages[at], next_cursor: at + 1 < pages.length ? String(at + 1) : null };
    },
    [`GET ${STREAM}/state`]: () => STATE,
  });
}

const shown = async (last: string) => {
  await screen.findByRole("button", { name: last }, { timeout: 8_000 });
  const list = screen.getAllByRole("list").find((one) => one.tagName === "OL");
  if (!list) throw new Error("no list");
  return within(list)
    .getAllByRole("button")
    .map((button) => button.textContent);
};

test("the latest stands first, though it comes with the last page", async () => {
  openHistory([
    [anEntry(1, "EventDrafted"), anEntry(2, "CapacitySet")],
    [anEntry(3, "EventPublished")],
    [anEntry(4, "ReservationCreated")],
  ]);
  expect(await shown("Tickets held")).toEqual([
    "Tickets held",
    "Event published",
    "Capacity set",
    "Event drafted",
  ]);
  expect(screen.queryByRole("button", { name: "Show later entries" })).toBeNull();
});

test("of a very long history it is said that there is more, and it comes when asked for", async () => {
  const pages = Array.from({ length: 10 }, (_, at) => [anEntry(at + 1, "EventDrafted")]);
  openHistory([...pages, [anEntry(11, "EventPublished")]]);
  const later = await screen.findByRole("button", { name: "Show later entries" });
  expect(screen.queryByRole("button", { name: "Event published" })).toBeNull();
  await userEvent.click(later);
  expect((await shown("Event published"))[0]).toBe("Event published");
  expect(screen.queryByRole("button", { name: "Show later entries" })).toBeNull();
});
