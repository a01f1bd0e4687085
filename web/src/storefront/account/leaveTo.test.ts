import { expect, test } from "vitest";
import { safeTarget } from "./leaveTo";

test("a page of this shop is kept with all it says", () => {
  expect(safeTarget("/organizer/events/1?tab=orders#top")).toBe(
    "/organizer/events/1?tab=orders#top",
  );
});

test.each([
  "https://evil.example",
  "//evil.example",
  "/\\evil.example",
  "/a/..//evil.example",
  "/%2e%2e//evil.example",
  "javascript:alert(1)",
  undefined,
])("%s leads to the account instead", (next) => {
  expect(safeTarget(next)).toBe("/account");
});
