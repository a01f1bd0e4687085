import { describe, expect, test } from "vitest";
import { de as deskDe } from "../../organizer/i18n/de";
import { en as deskEn } from "../../organizer/i18n/en";
import { de as doorDe, en as doorEn } from "../../scan/i18n";
import { de as shopDe } from "../../storefront/i18n/de";
import { en as shopEn } from "../../storefront/i18n/en";
import { type Catalogue, render } from "./message";

const holes = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort();
const texts = (catalogue: Catalogue, key: string) => {
  const message = catalogue[key] ?? "";
  return typeof message === "string" ? [message] : [message.other];
};

describe.each([
  ["shop", shopEn as Catalogue, shopDe as Catalogue],
  ["desk", deskEn as Catalogue, deskDe as Catalogue],
  ["door", doorEn as Catalogue, doorDe as Catalogue],
])("the words of the %s", (_, en, de) => {
  test("every translation has the same holes", () => {
    for (const key of Object.keys(en)) {
      const [one = "", other = ""] = [en, de].map((catalogue) => texts(catalogue, key)[0]);
      expect(holes(other), key).toEqual(holes(one));
    }
  });
});

test("plurals and numbers follow language and region", () => {
  const message = { one: "{count} event", other: "{count} events" };
  expect(render(message, "en", "en-GB", { count: 1 })).toBe("1 event");
  expect(render(message, "en", "de-DE", { count: 1234 })).toBe("1.234 events");
});
