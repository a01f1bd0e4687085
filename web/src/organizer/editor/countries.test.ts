// Countries are found under the names they have in the reader's language.
import { expect, test } from "vitest";
import { countries } from "./countries";

test("every country is there once, by its name in the language of the page", () => {
  const english = countries("en", "DE");
  expect(english).toHaveLength(249);
  expect(new Set(english.map(({ code }) => code)).size).toBe(249);
  expect(english).toContainEqual({ code: "DE", name: "Germany" });
  expect(english.every(({ code, name }) => name !== code)).toBe(true);
  const german = countries("de", "").map(({ name }) => name);
  expect(german.slice(0, 2)).toEqual(["Afghanistan", "Ägypten"]);
});

test("what stands there already stays, also if it is no country", () => {
  expect(countries("en", "ZZ")).toHaveLength(250);
  expect(countries("en", "atlantis")).toContainEqual({ code: "atlantis", name: "atlantis" });
});
