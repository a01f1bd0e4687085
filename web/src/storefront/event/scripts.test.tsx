// What organizers write in Hebrew or Arabic is read in its own direction on an English page.
import { screen, within } from "@testing-library/react";
import { expect, test } from "vitest";
import type { EventView } from "../../shared/catalogue/queries";
import { renderWith } from "../../test/render";
import { en } from "../i18n/en";
import { ClosedNotice } from "./box/ClosedNotice";
import { TypeRow } from "./box/TypeRow";
import { EventDetails } from "./EventDetails";
import { EventHead } from "./EventHead";

const TYPE = {
  ticket_type_id: "0199c0de-0000-7000-8000-0000000000f1",
  name: "כרטיס רגיל!",
  description: "ישיבה חופשית",
  price: { kind: "fixed", amount: 2900 },
  allocation: null,
  min_per_order: 1,
  max_per_order: 10,
  enabled: true,
} as unknown as EventView["ticket_types"][number];

const EVENT = {
  event_id: "0199c0de-0000-7000-8000-00000000000e",
  title: "ארבע ידיים, פסנתר אחד.",
  description: "ערב של שוברט.\n\nWith an interval.",
  tags: ["موسيقى"],
  venue: { name: "האולם הגדול", city: "תל אביב", address: "رصيف 1" },
  starts_at: "2027-01-19T18:00:00Z",
  ends_at: null,
  time_zone: "Asia/Jerusalem",
  currency: "ILS",
  per_person_cap: 4,
  hold_ttl_seconds: 900,
  cancellation_reason: "האולם מוצף",
  ticket_types: [TYPE],
} as unknown as EventView;

/** Whether an element, or what is right around its text, takes the direction of its text. */
function follows(element: HTMLElement): boolean {
  return element.tagName === "BDI" || element.getAttribute("dir") === "auto";
}

test("title, place, text and tags of an event", () => {
  renderWith(
    en,
    <>
      <EventHead event={EVENT} sale="onsale" />
      <EventDetails event={EVENT} isOver={false} />
    </>,
  );
  expect(screen.getByRole("heading", { level: 1, name: EVENT.title })).toHaveAttribute(
    "dir",
    "auto",
  );
  for (const text of ["האולם הגדול, תל אביב", "رصيف 1", "ערב של שוברט.", "موسيقى"]) {
    expect(follows(screen.getByText(text)), text).toBe(true);
  }
  expect(screen.getByText("With an interval.")).toHaveAttribute("dir", "auto");
});

test("names and descriptions of ticket types", () => {
  renderWith(
    en,
    <ul>
      <TypeRow
        event={EVENT}
        type={TYPE}
        sale={{ kind: "available", left: 50 }}
        lines={[]}
        now={0}
        onChange={() => {}}
      />
    </ul>,
  );
  expect(screen.getByRole("heading", { name: TYPE.name })).toHaveAttribute("dir", "auto");
  expect(follows(screen.getByText("ישיבה חופשית"))).toBe(true);
});

test("the reason of a cancellation stands by itself in an English sentence", () => {
  renderWith(en, <ClosedNotice event={EVENT} sale="cancelled" now={0} isHeld={false} />);
  const sentence = screen.getByText(/The organizer says/);
  expect(within(sentence).getByText("האולם מוצף").tagName).toBe("BDI");
});

test("what is over can't be bought: nothing is said of buying, nor offered for a calendar", () => {
  renderWith(en, <EventDetails event={EVENT} isOver />);
  expect(screen.queryByText("Good to know")).toBeNull();
  expect(screen.queryByRole("button", { name: "Add to calendar" })).toBeNull();
  expect(screen.getByRole("button", { name: "Share" })).toBeVisible();
});
