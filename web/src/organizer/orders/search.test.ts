// The address of a list of orders is made by people too.
import { expect, test } from "vitest";
import { readOrderSearch } from "./search";

test("what makes no sense is left out", () => {
  expect(readOrderSearch({ q: 7, status: "LOST", from: "2027-13-01", to: ["x"] })).toEqual({});
});

test("what makes sense stays", () => {
  const search = { q: "ada", status: "PAID", from: "2027-03-01", to: "2027-03-02" };
  expect(readOrderSearch({ ...search, other: 1 })).toEqual(search);
  expect(readOrderSearch({ q: "a".repeat(300) }).q).toHaveLength(200);
});
