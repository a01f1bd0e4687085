import { describe, expect, test } from "vitest";
import type { EventView, TicketTypeView } from "../shared/catalogue/queries";
import type { Availability } from "../shared/live/useAvailability";
import { boxOf, newsOf } from "./box";
import { voiceFor } from "./words";

const NOW = Date.parse("2026-11-20T10:00:00Z");
const ID = "01a1f8a9-457b-723c-9a02-d17baaa37300";
const OTHER = "01a1f8a9-45b0-74df-a88a-c95dc6ad9f4d";

const aType = (id: string, details: Partial<TicketTypeView> = {}): TicketTypeView => ({
  ticket_type_id: id,
  name: id === ID ? "Regular" : "Front row",
  description: "",
  enabled: true,
  min_per_order: 1,
  max_per_order: 10,
  price: { kind: "fixed", amount: 2900 },
  ...details,
});
const anEvent = (types: readonly TicketTypeView[], details: Partial<EventView> = {}) =>
  ({
    event_id: "e/1",
    status: "PUBLISHED",
    starts_at: "2027-01-19T18:00:00Z",
    currency: "EUR",
    per_person_cap: 6,
    ticket_types: types,
    ...details,
  }) as EventView;
const figures = (left: Record<string, number>): Availability => ({
  as_of: "0:1",
  event_id: "e/1",
  status: "PUBLISHED",
  available: Math.max(...Object.values(left)),
  held: 0,
  sold: 0,
  ticket_types: Object.entries(left).map(([id, available]) => ({
    ticket_type_id: id,
    name: "",
    enabled: true,
    available,
    held: 0,
    sold: 0,
  })),
});

describe("the box", () => {
  test("what was chosen goes to the checkout with its total", () => {
    const event = anEvent([aType(ID), aType(OTHER, { price: { kind: "fixed", amount: 4900 } })]);
    const choice = new Map([
      [ID, 2],
      [OTHER, 1],
    ]);
    const box = boxOf(event, figures({ [ID]: 50, [OTHER]: 50 }), choice, NOW);
    expect(box.count).toBe(3);
    expect(box.total).toEqual({ amount: 10_700, currency: "EUR" });
    expect(box.path).toBe(`/events/e%2F1/checkout?t=${encodeURIComponent(`${ID}*2,${OTHER}*1`)}`);
  });

  test("a price that the buyer names is chosen on the event's page", () => {
    const price = {
      kind: "pay_what_you_want",
      minimum: 500,
      maximum: 900,
      suggested: 600,
    } as const;
    const event = anEvent([aType(ID, { price })]);
    const box = boxOf(event, figures({ [ID]: 50 }), new Map([[ID, 1]]), NOW);
    expect(box.path).toBe("/events/e%2F1");
  });

  test("no more can be chosen than is left, allowed in an order, and allowed to a person", () => {
    const most = (type: Partial<TicketTypeView>, left: number, others = 0) => {
      const event = anEvent([aType(ID, type), aType(OTHER)]);
      const choice = new Map([[OTHER, others]]);
      const box = boxOf(event, figures({ [ID]: left, [OTHER]: 50 }), choice, NOW);
      return box.rows[0]?.quantities;
    };
    expect(most({}, 2)).toEqual([0, 1, 2]);
    expect(most({ max_per_order: 3 }, 50)).toEqual([0, 1, 2, 3]);
    expect(most({}, 50, 4)).toEqual([0, 1, 2]);
    expect(most({ min_per_order: 5 }, 50)).toEqual([0, 5, 6]);
    expect(most({ min_per_order: 5 }, 4)).toEqual([0]);
  });

  test("a choice that is gone is no longer chosen", () => {
    const event = anEvent([aType(ID)]);
    const box = boxOf(event, figures({ [ID]: 1 }), new Map([[ID, 2]]), NOW);
    expect([box.count, box.path]).toEqual([0, "/events/e%2F1"]);
  });

  test("what can't be bought says why", () => {
    const of = (details: Partial<EventView>, type: Partial<TicketTypeView>, left: number) =>
      boxOf(anEvent([aType(ID, type)], details), figures({ [ID]: left }), new Map(), NOW).sale;
    expect(of({}, {}, 0)).toBe("soldout");
    expect(of({}, { sale_starts_at: "2026-11-21T10:00:00Z" }, 5)).toBe("soon");
    expect(of({}, { sale_ends_at: "2026-11-19T10:00:00Z" }, 5)).toBe("ended");
    expect(of({ starts_at: "2026-11-19T10:00:00Z" }, {}, 5)).toBe("over");
  });
});

test("only what is gone or back is told", () => {
  const event = anEvent([aType(ID), aType(OTHER)]);
  const at = (one: number, other: number) =>
    boxOf(event, figures({ [ID]: one, [OTHER]: other }), new Map(), NOW);
  expect(newsOf(null, at(5, 0))).toEqual({ gone: [], back: [] });
  expect(newsOf(at(5, 0), at(4, 0))).toEqual({ gone: [], back: [] });
  expect(newsOf(at(5, 0), at(0, 3))).toEqual({ gone: ["Regular"], back: ["Front row"] });
  const unknown = boxOf(event, undefined, new Map(), NOW);
  expect(newsOf(unknown, at(5, 0))).toEqual({ gone: [], back: [] });
});

test.each([
  [["de-AT", "en"], "de", "de-AT"],
  [["fr", "de"], "de", "de"],
  [["xx-not a tag", ""], "en", "en-GB"],
  [["constructor"], "en", "en-GB"],
])("of %j the language is %s", (tags, language, locale) => {
  const voice = voiceFor(tags);
  expect([voice.language, voice.locale]).toEqual([language, locale]);
});
