import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test } from "vitest";
import { renderWith } from "../../test/render";
import { en } from "../i18n/en";
import { ErrorSummary } from "./ErrorSummary";
import { TextField } from "./TextField";

test("takes the focus and leads to the field, which is told to be wrong", async () => {
  const text = "Enter an email address";
  renderWith(
    en,
    <>
      <ErrorSummary attempt={1} items={[{ field: "email", text }]} />
      <TextField id="email" label="Email" error={text} hint="For your tickets" />
    </>,
  );
  expect(screen.getByRole("alert")).toHaveFocus();
  await userEvent.click(screen.getByRole("link", { name: text }));
  const field = screen.getByRole("textbox", { name: "Email" });
  expect(field).toHaveFocus();
  expect(field).toBeInvalid();
  expect(field).toHaveAccessibleDescription("For your tickets Enter an email address");
});
