// What can be sold, and what limits it.
import { expect, test } from "vitest";
import { anEvent, aType, figuresOf } from "../testing/desk";
import { allocated, sellable } from "./sellable";

function of(
  event: { X: number | null; sold?: number; held?: number },
  type: { a: number | null; sold?: number; held?: number; enabled?: boolean },
) {
  const base = figuresOf(anEvent({ ticket_types: [aType()] }));
  const one = base.ticket_types[0];
  if (!one) throw new Error("no type");
  return sellable(
    {
      ...one,
      enabled: type.enabled ?? true,
      allocation: type.a,
      sold: type.sold ?? 0,
      held: type.held ?? 0,
    },
    { ...base, total_capacity: event.X, sold: event.sold ?? 0, held: event.held ?? 0 },
  );
}

test("the smaller of allocation and capacity is what can be sold", () => {
  expect(of({ X: 100, sold: 10, held: 5 }, { a: 20, sold: 4, held: 1 })).toMatchObject({
    count: 15,
    limit: "allocation",
    ofType: 15,
    ofEvent: 85,
  });
  expect(of({ X: 100, sold: 90, held: 5 }, { a: 50 })).toMatchObject({
    count: 5,
    limit: "capacity",
  });
  expect(of({ X: 100 }, { a: 100 })).toMatchObject({ count: 100, limit: "both" });
});

test("without an allocation the event alone limits", () => {
  expect(of({ X: 30, sold: 28 }, { a: null })).toMatchObject({
    count: 2,
    limit: "capacity",
    ofType: null,
  });
});

test("nothing can be sold of a disabled type, without a capacity, or below zero", () => {
  expect(of({ X: 30 }, { a: null, enabled: false })).toMatchObject({ count: 0, limit: "disabled" });
  expect(of({ X: null }, { a: 5 })).toMatchObject({ count: 0, limit: "no-capacity" });
  expect(of({ X: 5, sold: 9 }, { a: null }).count).toBe(0);
});

test("allocations add up against the capacity", () => {
  const types = [{ allocation: 60 }, { allocation: 50 }, { allocation: null }];
  expect(allocated(types, 100)).toEqual({ sum: 110, over: 10, open: 0, hasOpenTypes: true });
  expect(allocated(types, 200)).toMatchObject({ over: 0, open: 90 });
});
