// Editing a draft: it saves itself, says what is wrong beside the field, and never loses what was typed.
import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test } from "vitest";
import type { EventView } from "../../shared/catalogue/queries";
import { anEvent, answerOf, type Call, EVENT, figuresOf, openDesk, Refusal } from "../testing/desk";

const PATH = `/events/${EVENT}`;
const SLOW = { timeout: 8_000 };

/** An API that keeps one event, and says 412 to edits of another version. */
function keeping(event: EventView) {
  let now = event;
  return {
    routes: {
      [`GET ${PATH}`]: () => now,
      [`GET ${PATH}/availability`]: () => figuresOf(now),
      [`PATCH ${PATH}`]: ({ body, headers }: Call) => {
        if (headers.get("If-Match") !== `"${now.version}"`)
          return new Refusal(412, "version-stale");
        now = { ...now, ...body, version: now.version + 1 };
        return answerOf(now);
      },
    },
    change: (changes: Partial<EventView>) => {
      now = { ...now, ...changes, version: now.version + 1 };
    },
    get now() {
      return now;
    },
  };
}

async function retype(label: string | RegExp, text: string) {
  const field = await screen.findByLabelText(label, {}, SLOW);
  await userEvent.clear(field);
  await userEvent.type(field, text);
  return field;
}

test("a draft saves itself, only what changed, for the version it was made on", async () => {
  const api = keeping(anEvent());
  const desk = openDesk(`${PATH}/edit`, api.routes);
  await retype("Title", "Two Pianos");
  await waitFor(() => expect(desk.sent("PATCH")).toHaveLength(1), SLOW);
  expect(desk.sent("PATCH")[0]?.body).toEqual({ title: "Two Pianos" });
  expect(desk.sent("PATCH")[0]?.headers.get("If-Match")).toBe('"3"');
  expect(await screen.findByText("All changes saved", {}, SLOW)).toBeVisible();
  await retype(/^Category/, "concert");
  await waitFor(() => expect(api.now.category).toBe("concert"), SLOW);
  expect(desk.sent("PATCH").at(-1)?.headers.get("If-Match")).toBe('"4"');
}, 20_000);

test("what is wrong stands beside its field, and everything else is saved", async () => {
  const api = keeping(anEvent());
  const desk = openDesk(`${PATH}/edit`, api.routes);
  const image = await retype(/^Address of a picture/, "http://example.org/a.png");
  await retype("Title", "Two Pianos");
  await waitFor(() => expect(api.now.title).toBe("Two Pianos"), SLOW);
  expect(desk.sent("PATCH").every((call) => !("image_url" in call.body))).toBe(true);
  expect(image).toBeInvalid();
  expect(image).toHaveAccessibleDescription(/begins with https/);
  expect(image).toHaveValue("http://example.org/a.png");
  expect(await screen.findByText(/look at the marked fields/, {}, SLOW)).toBeVisible();
}, 20_000);

test("a refusal of the server stands beside the field that it names", async () => {
  const api = keeping(anEvent());
  const refuse = ({ body }: Call) =>
    "venue" in body
      ? new Refusal(422, "validation", {
          errors: [
            { pointer: "/venue/country", code: "unknown-country", detail: "No such country." },
          ],
        })
      : api.routes[`PATCH ${PATH}`]?.({
          body,
          headers: new Headers({ "If-Match": `"${api.now.version}"` }),
        } as Call);
  openDesk(`${PATH}/edit`, { ...api.routes, [`PATCH ${PATH}`]: refuse });
  await retype(/^Name of the place/, "Great Hall");
  const country = await screen.findByLabelText(/^Country/);
  await userEvent.selectOptions(country, "Antarctica");
  expect(await screen.findByText("No such country.", {}, SLOW)).toBeVisible();
  expect(country).toBeInvalid();
  expect(country).toHaveValue("AQ");
  await retype("Title", "Two Pianos");
  await waitFor(() => expect(api.now.title).toBe("Two Pianos"), SLOW);
}, 20_000);

test("two people at once: what both changed is asked, the rest comes together", async () => {
  const api = keeping(anEvent());
  openDesk(`${PATH}/edit`, api.routes);
  await screen.findByLabelText("Title", {}, SLOW);
  api.change({ title: "Their title", category: "opera" });
  await retype("Title", "My title");
  const conflict = await screen.findByRole("alert", {}, SLOW);
  expect(conflict).toHaveTextContent("My title");
  expect(conflict).toHaveTextContent("Their title");
  expect(screen.getByLabelText(/^Category/)).toHaveValue("opera");
  expect(api.now.title).toBe("Their title");
  await userEvent.click(within(conflict).getByRole("button", { name: "Keep mine: Title" }));
  await waitFor(() => expect(api.now.title).toBe("My title"), SLOW);
  expect(api.now.category).toBe("opera");
  expect(screen.queryByRole("alert")).not.toBeInTheDocument();
}, 20_000);

test("without a connection nothing typed is lost, and it is saved later", async () => {
  const api = keeping(anEvent());
  let isDown = true;
  const save = api.routes[`PATCH ${PATH}`];
  openDesk(`${PATH}/edit`, {
    ...api.routes,
    [`PATCH ${PATH}`]: (call: Call) => {
      if (isDown) throw new TypeError("no connection");
      return save?.(call);
    },
  });
  await retype("Title", "Two Pianos");
  expect(await screen.findByText(/No connection/, {}, SLOW)).toBeVisible();
  expect(JSON.parse(localStorage.getItem(`fh-edit:${EVENT}`) ?? "{}").form.title).toBe(
    "Two Pianos",
  );
  isDown = false;
  window.dispatchEvent(new Event("online"));
  await waitFor(() => expect(api.now.title).toBe("Two Pianos"), SLOW);
  await waitFor(() => expect(localStorage.getItem(`fh-edit:${EVENT}`)).toBeNull(), SLOW);
}, 20_000);

test("what is on sale isn't saved before somebody says so", async () => {
  const api = keeping(anEvent({ status: "PUBLISHED" }));
  const desk = openDesk(`${PATH}/edit`, api.routes);
  await retype("Title", "Two Pianos");
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  expect(desk.sent("PATCH")).toHaveLength(0);
  await userEvent.click(screen.getByRole("button", { name: "Save changes" }));
  await waitFor(() => expect(api.now.title).toBe("Two Pianos"), SLOW);
}, 20_000);
