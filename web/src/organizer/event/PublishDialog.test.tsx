// Publishing: first what stands in the way, each with the way to its field.
import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test } from "vitest";
import { anEvent, answerOf, aType, type Call, EVENT, figuresOf, openDesk } from "../testing/desk";

const PATH = `/events/${EVENT}`;
const SLOW = { timeout: 8_000 };

test("rules that block are listed and lead to their field", async () => {
  const event = anEvent({ total_capacity: null });
  const desk = openDesk(`${PATH}/edit`, {
    [`GET ${PATH}`]: () => event,
    [`GET ${PATH}/availability`]: () => figuresOf(event),
    [`POST ${PATH}/publish`]: () => ({
      status: "DRAFT",
      publishable: false,
      blocking: [
        { pointer: "/total_capacity", code: "capacity-not-set", detail: "must be set" },
        { pointer: "/ticket_types", code: "no-ticket-type-enabled", detail: "one must be enabled" },
      ],
    }),
  });
  await userEvent.click(await screen.findByRole("button", { name: "Publish" }, SLOW));
  const dialog = await screen.findByRole("dialog");
  expect(
    await within(dialog).findByText(
      "2 things are missing before the event can go on sale:",
      {},
      SLOW,
    ),
  ).toBeVisible();
  expect(desk.sent("POST")[0]?.body).toEqual({ dry_run: true });
  expect(within(dialog).getByRole("button", { name: "Publish" })).toBeDisabled();
  await userEvent.click(
    within(dialog).getByRole("link", { name: /Set how many tickets may be sold in all/ }),
  );
  const capacity = await screen.findByLabelText("Tickets for the whole event", {}, SLOW);
  await waitFor(() => expect(capacity).toHaveFocus(), SLOW);
  expect(screen.queryByRole("dialog")).not.toBeInTheDocument();
});

test("when nothing blocks, the event goes on sale", async () => {
  const event = anEvent({ ticket_types: [aType()] });
  const desk = openDesk(`${PATH}/tickets`, {
    [`GET ${PATH}`]: () => event,
    [`GET ${PATH}/availability`]: () => figuresOf(event),
    [`POST ${PATH}/publish`]: ({ body }: Call) => ({
      status: body.dry_run ? "DRAFT" : "PUBLISHED",
      publishable: true,
      blocking: [],
    }),
  });
  await userEvent.click(await screen.findByRole("button", { name: "Publish" }, SLOW));
  const dialog = await screen.findByRole("dialog");
  await within(dialog).findByText(/Everything is in place/, {}, SLOW);
  await userEvent.click(within(dialog).getByRole("button", { name: "Publish" }));
  expect(await screen.findByText("On sale", {}, SLOW)).toBeVisible();
  expect(desk.sent("POST").map((call) => call.body)).toEqual([
    { dry_run: true },
    { dry_run: false },
  ]);
});

test("cancelling says first whom it concerns, and wants a reason", async () => {
  const event = anEvent({ status: "PUBLISHED", ticket_types: [aType()] });
  const desk = openDesk(`${PATH}/tickets`, {
    [`GET ${PATH}`]: () => event,
    [`GET ${PATH}/availability`]: () => figuresOf(event, { sold: 12, held: 1 }),
    [`POST ${PATH}/cancel`]: () => answerOf({ ...event, status: "CANCELLED" }),
  });
  await userEvent.click(await screen.findByRole("button", { name: "Cancel event" }, SLOW));
  const dialog = await screen.findByRole("dialog");
  expect(await within(dialog).findByText(/12 tickets are sold already/, {}, SLOW)).toBeVisible();
  expect(
    within(dialog).getByText(/1 ticket that is being bought right now becomes free/),
  ).toBeVisible();
  await userEvent.click(within(dialog).getByRole("button", { name: "Cancel the event" }));
  expect(desk.sent("POST")).toHaveLength(0);
  await userEvent.type(within(dialog).getByLabelText(/^Reason/), "The pianist is ill.");
  await userEvent.click(within(dialog).getByRole("button", { name: "Cancel the event" }));
  expect(await screen.findByText("The pianist is ill.", {}, SLOW)).toBeVisible();
  expect(desk.sent("POST")[0]?.body).toEqual({ reason: "The pianist is ill." });
});
