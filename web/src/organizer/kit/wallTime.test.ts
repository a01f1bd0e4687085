// Wall clocks and instants where the clocks change.
import { expect, test } from "vitest";
import { foldOf, parseWall, resolveWall, type Wall, wallAt } from "./wallTime";

const wall = (text: string) => parseWall(text) as Wall;

test("an ordinary time is one instant, and comes back", () => {
  const resolved = resolveWall(wall("2027-03-20T20:30"), "Europe/Berlin", null);
  expect(resolved).toEqual({ kind: "instant", at: "2027-03-20T19:30:00Z" });
  expect(wallAt("2027-03-20T19:30:00Z", "Europe/Berlin").toString()).toBe("2027-03-20T20:30:00");
});

test("a time that the clocks skip doesn't exist; the ones around it are named", () => {
  const resolved = resolveWall(wall("2027-03-28T02:30"), "Europe/Berlin", null);
  expect(resolved.kind).toBe("gap");
  if (resolved.kind !== "gap") return;
  expect(resolved.before.toString()).toBe("2027-03-28T01:30:00");
  expect(resolved.after.toString()).toBe("2027-03-28T03:30:00");
});

test("a time that comes twice has to be decided", () => {
  const time = wall("2027-10-31T02:30");
  expect(resolveWall(time, "Europe/Berlin", null)).toEqual({
    kind: "twice",
    earlier: "2027-10-31T00:30:00Z",
    later: "2027-10-31T01:30:00Z",
  });
  expect(resolveWall(time, "Europe/Berlin", "later")).toEqual({
    kind: "instant",
    at: "2027-10-31T01:30:00Z",
  });
  expect(foldOf("2027-10-31T00:30:00Z", "Europe/Berlin")).toBe("earlier");
  expect(foldOf("2027-10-31T01:30:00Z", "Europe/Berlin")).toBe("later");
  expect(foldOf("2027-10-31T03:30:00Z", "Europe/Berlin")).toBeNull();
});

test("half an hour is enough for both, on Lord Howe Island", () => {
  expect(resolveWall(wall("2027-10-03T02:15"), "Australia/Lord_Howe", null).kind).toBe("gap");
  expect(resolveWall(wall("2027-04-04T01:45"), "Australia/Lord_Howe", null).kind).toBe("twice");
});
