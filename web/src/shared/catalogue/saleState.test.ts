import { describe, expect, test } from "vitest";
import type { Availability } from "../live/useAvailability";
import type { EventView, TicketTypeView } from "./queries";
import { eventSale, nextOpening, typeSale } from "./saleState";

const NOW = Date.parse("2026-11-20T10:00:00Z");

const aType = (details: Partial<TicketTypeView> = {}): TicketTypeView => ({
  ticket_type_id: "t1",
  name: "Regular",
  description: "",
  enabled: true,
  min_per_order: 1,
  max_per_order: 10,
  price: { kind: "fixed", amount: 2900 },
  ...details,
});

const anEvent = (types: readonly TicketTypeView[], details: Partial<EventView> = {}) =>
  ({
    event_id: "e1",
    status: "PUBLISHED",
    starts_at: "2027-01-19T18:00:00Z",
    ticket_types: types,
    ...details,
  }) as EventView;

const figures = (available: number, held = 0): Availability => ({
  as_of: "0:1",
  event_id: "e1",
  status: "PUBLISHED",
  available,
  held,
  sold: 0,
  ticket_types: [
    { ticket_type_id: "t1", name: "Regular", enabled: true, available, held, sold: 0 },
  ],
});

describe("a ticket type", () => {
  test("a sale includes its first instant and excludes its last", () => {
    const window = (starts: string, ends: string) =>
      typeSale(aType({ sale_starts_at: starts, sale_ends_at: ends }), figures(50), NOW).kind;
    expect(window("2026-11-20T10:00:00Z", "2026-11-20T10:00:01Z")).toBe("available");
    expect(window("2026-11-20T10:00:01Z", "2026-11-21T10:00:00Z")).toBe("opens");
    expect(window("2026-11-19T10:00:00Z", "2026-11-20T10:00:00Z")).toBe("closed");
  });

  test("a number is shown from 20 on", () => {
    expect(typeSale(aType(), figures(21), NOW).kind).toBe("available");
    expect(typeSale(aType(), figures(20), NOW)).toEqual({ kind: "few", left: 20 });
  });

  test("what is only held may come back", () => {
    expect(typeSale(aType(), figures(0, 2), NOW).kind).toBe("held");
    expect(typeSale(aType(), figures(0), NOW).kind).toBe("soldout");
  });
});

describe("an event", () => {
  test("nothing is said before the figures are there", () => {
    expect(eventSale(anEvent([aType()]), undefined, NOW)).toBe("unknown");
  });

  test("the live status is newer than the page", () => {
    const cancelled = { ...figures(50), status: "CANCELLED" as const };
    expect(eventSale(anEvent([aType()]), cancelled, NOW)).toBe("cancelled");
  });

  test("of an organizer who is suspended sells nothing, whatever is left", () => {
    const event = anEvent([aType()], { sales_suspended: true });
    expect(eventSale(event, figures(50), NOW)).toBe("suspended");
    expect(eventSale({ ...event, sales_suspended: false }, figures(50), NOW)).toBe("onsale");
  });

  test("is over when it ends, not when it starts", () => {
    const event = anEvent([aType()], { ends_at: "2027-01-19T21:00:00Z" });
    expect(eventSale(event, figures(5), Date.parse("2027-01-19T20:59:59Z"))).toBe("few");
    expect(eventSale(event, figures(5), Date.parse("2027-01-19T21:00:00Z"))).toBe("over");
  });

  test("the next opening is the earliest that is ahead", () => {
    const event = anEvent([
      aType({ sale_starts_at: "2026-11-22T10:00:00Z" }),
      aType({ sale_starts_at: "2026-11-21T10:00:00Z" }),
      aType({ sale_starts_at: "2026-11-19T10:00:00Z" }),
    ]);
    expect(nextOpening(event, NOW)).toBe("2026-11-21T10:00:00Z");
  });
});
