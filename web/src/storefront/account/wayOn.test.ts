// The way on is kept over the mail, and only ever leads to a page of this shop.
import { beforeEach, expect, test } from "vitest";
import { keepWayOn, takeWayOn } from "./wayOn";

beforeEach(() => keepWayOn(undefined));

test("the way on is taken once", () => {
  keepWayOn("/organizer");
  expect(takeWayOn()).toBe("/organizer");
  expect(takeWayOn()).toBe("/account");
});

test("an account without a way on forgets that of another", () => {
  keepWayOn("/organizer");
  keepWayOn(undefined);
  expect(takeWayOn()).toBe("/account");
});

test("nobody is led elsewhere", () => {
  keepWayOn("//example.org/organizer");
  expect(takeWayOn()).toBe("/account");
});
