import { expect, test } from "vitest";
import { render } from "./message";
import { pseudo } from "./pseudo";

test("words are longer and from right to left, what is filled in stays", () => {
  const words = pseudo({
    greeting: "Hello {name}!",
    count: { one: "{count} seat", other: "{count} seats" },
  });
  const text = render(words.greeting ?? "", "en", "en-GB", { name: "Ada" });
  expect(text).toMatch(/^[א-ת]{7} Ada!$/);
  expect(render(words.count ?? "", "en", "en-GB", { count: 2 })).toMatch(/^2 [א-ת]{7}$/);
});
