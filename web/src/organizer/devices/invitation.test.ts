import { describe, expect, test } from "vitest";
import { anEvent } from "../testing/desk";
import { bodyOf, endAfter, gatesOf } from "./invitation";

const NOW = Date.parse("2027-03-20T12:00:00Z");
const form = { label: " Blue phone ", gates: "North, VIP ,North,", until: "event", leaseHours: 24 };

describe("an invitation", () => {
  test("names each gate once", () => {
    expect(gatesOf("North, VIP ,North,, ")).toEqual(["North", "VIP"]);
    expect(gatesOf("  ")).toEqual([]);
  });

  test("lasts until after the event, with or without a known end", () => {
    const ends = (changes: object) => {
      const at = endAfter(anEvent({ starts_at: "2027-03-20T19:30:00Z", ...changes }), NOW);
      return at === null ? null : new Date(at).toISOString();
    };
    expect(ends({ ends_at: "2027-03-20T22:00:00Z" })).toBe("2027-03-21T10:00:00.000Z");
    expect(ends({})).toBe("2027-03-22T07:30:00.000Z");
    expect(ends({ ends_at: "2027-03-19T22:00:00Z", starts_at: "2027-03-19T19:00:00Z" })).toBeNull();
    expect(ends({ starts_at: "2029-03-20T19:30:00Z" })).toBe("2028-04-22T12:00:00.000Z");
  });

  test("is sent as the API takes it", () => {
    const event = anEvent({ ends_at: "2027-03-20T22:00:00Z" });
    expect(bodyOf({ ...form, until: "event" }, event, NOW)).toEqual({
      label: "Blue phone",
      event_id: event.event_id,
      gates: ["North", "VIP"],
      lease_hours: 24,
      ends_at: "2027-03-21T10:00:00.000Z",
    });
    expect(bodyOf({ ...form, until: "3" }, event, NOW).ends_at).toBe("2027-03-23T12:00:00.000Z");
  });
});
