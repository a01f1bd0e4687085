import { expect, test } from "vitest";
import { elementFor, scriptFor } from "./snippet";

const wanted = {
  origin: "https://tickets.example",
  eventId: "e1",
  title: 'Rock & <b>"Roll"</b>',
  language: "",
  theme: "",
};

test("a title stays a text on the organizer's page", () => {
  expect(elementFor(wanted)).toBe(
    '<fullhouse-event event="e1"><a href="https://tickets.example/events/e1">' +
      "Rock &amp; &lt;b&gt;&quot;Roll&quot;&lt;/b&gt;</a></fullhouse-event>",
  );
  const page = new DOMParser().parseFromString(elementFor(wanted), "text/html");
  expect(page.querySelector("a")?.textContent).toBe(wanted.title);
  expect(page.querySelector("b")).toBeNull();
});

test("language and look are named only if they are chosen", () => {
  const chosen = elementFor({ ...wanted, language: "de", theme: "dark" });
  expect(chosen).toContain('event="e1" lang="de" theme="dark">');
});

test("the script comes from where the desk is", () => {
  expect(scriptFor("https://tickets.example")).toBe(
    '<script type="module" src="https://tickets.example/widget.js"></script>',
  );
});
