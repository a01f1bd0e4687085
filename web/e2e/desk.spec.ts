// An organizer's way: from a draft over ticket types to an event on sale, and its first order.
import { anOrganizer, ask } from "./support/api";
import { enterDesk } from "./support/deskPage";
import { expect, test } from "./support/page";

test("from nothing to the first order", async ({ page }) => {
  const organizer = await anOrganizer();
  await enterDesk(page, organizer);
  await page.goto("/organizer");
  await expect(page.getByText("No events yet")).toBeVisible();
  await page.getByRole("link", { name: "New event" }).click();
  await page.getByLabel("Title").fill("Two Pianos");
  await page.getByRole("spinbutton", { name: /^day/ }).click();
  await page.keyboard.type("20032099");
  await page.keyboard.type("1930");
  await page.getByRole("button", { name: "Create draft" }).click();
  await expect(page.getByRole("heading", { name: "Details", level: 1 })).toBeVisible();

  await page.getByLabel("Description").fill("Schubert and Ravel.");
  await expect(page.getByText("All changes saved")).toBeVisible();
  await page.reload();
  await expect(page.getByLabel("Description")).toHaveValue("Schubert and Ravel.");

  await page.getByRole("button", { name: "Publish" }).click();
  await page.getByRole("link", { name: /Set how many tickets may be sold/ }).click();
  const capacity = page.getByLabel("Tickets for the whole event");
  await expect(capacity).toBeFocused();
  await capacity.fill("100");
  await page.getByRole("button", { name: "Save changes" }).click();
  await expect(page.getByText("The capacity is saved.")).toBeVisible();
  await page.getByRole("button", { name: "Add a ticket type" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name").fill("Friends");
  await dialog.getByLabel("Price").selectOption("free");
  await dialog.getByRole("button", { name: "Add a ticket type" }).click();
  await expect(page.getByRole("article").filter({ hasText: "Friends" })).toContainText(
    "100 can be sold right now.",
  );

  await page.getByRole("button", { name: "Publish" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Publish" }).click();
  await expect(page.getByText("On sale", { exact: true })).toBeVisible();

  const eventId = /events\/([0-9a-f-]+)/.exec(page.url())?.[1];
  await page.getByRole("link", { name: "Sales" }).click();
  await expect(page.getByText("Live", { exact: true })).toBeVisible();
  const { body: event } = await ask("GET", `/events/${eventId}`, organizer.key);
  const friends = event.ticket_types.find((one: { name: string }) => one.name === "Friends");
  const { body: held } = await ask("POST", `/events/${eventId}/reservations`, "", {
    contact: { email: "ada@example.org", name: "Ada Meyer" },
    items: [{ ticket_type_id: friends.ticket_type_id, quantity: 2 }],
  });
  const pay = `/events/${eventId}/reservations/${held.reservation_id}/payments`;
  await ask("POST", pay, held.access_token, { provider: "stripe" });
  // The page hears of it by itself.
  await expect(page.getByText("2 in the last 60 seconds")).toBeVisible();

  await page
    .getByRole("navigation", { name: "Event" })
    .getByRole("link", { name: "Orders" })
    .click();
  await page.getByRole("link", { name: held.reservation_id.slice(-12).toUpperCase() }).click();
  await expect(page.getByText("ada@example.org")).toBeVisible();
  await expect(page.getByText("Tickets issued (2 tickets)")).toBeVisible();
});

test("two editors at once lose nothing", async ({ page }) => {
  const organizer = await anOrganizer();
  const drafted = await ask("POST", "/events", organizer.key, {
    title: "Two Pianos",
    starts_at: "2099-03-20T18:30:00Z",
    time_zone: "Europe/Berlin",
    currency: "EUR",
  });
  const path = `/events/${drafted.body.event_id}`;
  await enterDesk(page, organizer);
  await page.goto(`/organizer${path}/edit`);
  await expect(page.getByLabel("Title")).toHaveValue("Two Pianos");
  const version = `"${drafted.body.version}"`;
  await page.request.patch(`/api/v1${path}`, {
    headers: { Authorization: `Bearer ${organizer.key}`, "If-Match": version },
    data: { title: "Their title", category: "opera" },
  });
  await page.getByLabel("Title").fill("My title");
  await expect(page.getByText("Somebody else changed this at the same time")).toBeVisible();
  await expect(page.getByLabel("Category")).toHaveValue("opera");
  await page.getByRole("button", { name: "Keep mine: Title" }).click();
  await expect(page.getByText("All changes saved")).toBeVisible();
  const { body } = await ask("GET", path, organizer.key);
  expect([body.title, body.category]).toEqual(["My title", "opera"]);
});
