// Where the focus is before, in and after a dialog.
import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
import { expect, test, vi } from "vitest";
import { en } from "../../storefront/i18n/en";
import { renderWith } from "../../test/render";
import { Dialog } from "./Dialog";

function Page({ isOneWay = false }: { readonly isOneWay?: boolean }) {
  const [isOpen, setIsOpen] = useState(false);
  const [isDone, setIsDone] = useState(false);
  return (
    <>
      <h1 tabIndex={-1}>Tickets</h1>
      {!isDone && (
        <button type="button" onClick={() => setIsOpen(true)}>
          Add
        </button>
      )}
      {isOpen && (
        <Dialog isOpen title="A ticket type" onClose={() => setIsOpen(false)}>
          <form
            onSubmit={(event) => {
              event.preventDefault();
              setIsDone(isOneWay);
              setIsOpen(false);
            }}
          >
            <input type="checkbox" aria-label="Enabled" />
            <input aria-label="Name" />
            <button type="submit">Save</button>
          </form>
        </Dialog>
      )}
    </>
  );
}

test("a form begins with its first field, and gives the focus back though its dialog is gone", async () => {
  const user = userEvent.setup();
  renderWith(en, <Page />);
  const opener = screen.getByRole("button", { name: "Add" });
  await user.click(opener);
  expect(screen.getByLabelText("Name")).toHaveFocus();
  await user.keyboard("Regular{Enter}");
  expect(screen.queryByRole("dialog")).toBeNull();
  await vi.waitFor(() => expect(opener).toHaveFocus());
});

test("what opened a dialog may be gone after it: the heading has the focus then", async () => {
  const user = userEvent.setup();
  renderWith(en, <Page isOneWay />);
  await user.click(screen.getByRole("button", { name: "Add" }));
  await user.keyboard("Regular{Enter}");
  await vi.waitFor(() => expect(screen.getByRole("heading", { name: "Tickets" })).toHaveFocus());
});
