// What was recorded, the latest first, however much it is: older entries are loaded on, and every step
// can be chosen.
import { fireEvent, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test } from "vitest";
import { anEvent, type Call, EVENT, openDesk } from "../testing/desk";

const STREAM = `/audit/streams/box_office/${EVENT}`;
const FIRST = Date.parse("2026-05-04T10:00:00Z");

const anEntry = (version: number) => ({
  log_position: `1:${version}`,
  version,
  event_type: version === 1 ? "EventDrafted" : "CapacitySet",
  at: new Date(FIRST + version * 60_000).toISOString(),
  actor: "api_key:0199c0de-0000-7000-8000-0000000000a1",
  trace_id: "4bf92f3577b34da6a3ce929d0e0e4736",
  payload: {},
});

const stateAfter = (version: number) => ({
  version,
  state: {
    title: "Four Hands",
    status: "PUBLISHED",
    currency: "EUR",
    total_capacity: version,
    sold: 0,
    held: 2,
    orders: 0,
    tickets_issued: 0,
    revenue_minor: 0,
    ticket_types: [],
  },
});

/** A server with so many entries; a cursor is the version before which it goes on. */
function openHistory(total: number) {
  return openDesk(`/events/${EVENT}/history`, {
    [`GET /events/${EVENT}`]: () => anEvent({ status: "PUBLISHED" }),
    [`GET ${STREAM}`]: ({ search }: Call) => {
      expect(search.get("order")).toBe("newest_first");
      const until = Math.min(Number(search.get("until_version") ?? total), total);
      const last = Number(search.get("cursor") ?? until + 1) - 1;
      const limit = Math.min(Number(search.get("limit")), last);
      const data = Array.from({ length: limit }, (_, back) => anEntry(last - back));
      const rest = last - limit;
      return { data, next_cursor: rest > 0 ? String(rest + 1) : null };
    },
    [`GET ${STREAM}/state`]: ({ search }: Call) =>
      stateAfter(Number(search.get("until_version") ?? total)),
  });
}

const list = () => {
  const found = screen.getAllByRole("list").find((one) => one.tagName === "OL");
  if (!found) throw new Error("no list");
  return within(found);
};
const older = () => screen.queryByRole("button", { name: "Show older entries" });
const step = (name: string) => screen.findByText(new RegExp(`· ${name}$`));

test("a short history is there as a whole, the latest first", async () => {
  openHistory(3);
  await screen.findByRole("button", { name: "Event drafted" });
  const names = list().getAllByRole("button");
  expect(names.map((one) => one.textContent)).toEqual([
    "Capacity set",
    "Capacity set",
    "Event drafted",
  ]);
  expect(older()).toBeNull();
});

test("older entries of a long history come when asked for", async () => {
  openHistory(1250);
  expect(await screen.findByText("100 of 1,250 entries are shown.")).toBeVisible();
  expect(list().getAllByRole("listitem")).toHaveLength(100);
  expect(list().getByText(/1,250\. step/)).toBeInTheDocument();
  await userEvent.click(screen.getByText("Show older entries"));
  expect(await screen.findByText("200 of 1,250 entries are shown.")).toBeVisible();
  expect(list().getByText(/1,051\. step/)).toBeInTheDocument();
});

test("the slider reaches every step of a long history, from the first to now", async () => {
  const user = userEvent.setup();
  openHistory(1250);
  const slider = await screen.findByRole("slider", { name: /Time/ });
  expect(slider).toHaveAttribute("min", "1");
  expect(slider).toHaveAttribute("max", "1251");
  expect(screen.getByRole("button", { name: "Now" })).toBeDisabled();

  fireEvent.change(slider, { target: { value: "1" } });
  expect(await step("Event drafted · Step 1 of 1,250")).toBeVisible();
  expect(await screen.findByText("How it stood", { selector: "h2" })).toBeVisible();
  const capacity = () => screen.getByText("Capacity").nextElementSibling;
  expect(capacity()).toHaveTextContent("1");
  expect(screen.getByText("One step back").closest("button")).toBeDisabled();

  fireEvent.change(slider, { target: { value: "600" } });
  expect(await step("Capacity set · Step 600 of 1,250")).toBeVisible();
  expect(await screen.findByText("600", { selector: "dd" })).toBeVisible();
  await user.click(screen.getByText("Show the entries up to this step"));
  expect(await screen.findByText(/: 600\. step/)).toBeInTheDocument();
  expect(list().getAllByRole("listitem")[0]).toHaveTextContent("600. step");
  await user.click(screen.getByText("Show the latest entries"));
  expect(await screen.findByText(/: 1,250\. step/)).toBeInTheDocument();

  await user.click(screen.getByRole("button", { name: "Now" }));
  expect(await screen.findByText("How it stands now", { selector: "h2" })).toBeVisible();
});
