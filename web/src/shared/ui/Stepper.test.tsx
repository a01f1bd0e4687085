import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
import { expect, test } from "vitest";
import { renderWith } from "../../test/render";
import { en } from "../i18n/en";
import { Stepper } from "./Stepper";

function Counted({ max, min = 1 }: { readonly max: number; readonly min?: number }) {
  const [value, setValue] = useState(0);
  return <Stepper name="Regular" value={value} min={min} max={max} onChange={setValue} />;
}

const field = () => screen.getByRole("textbox", { name: "Regular" });
const more = () => screen.getByRole("button", { name: "One more: Regular" });
const less = () => screen.getByRole("button", { name: "One fewer: Regular" });

test("counts up to the most and says that there is no more", async () => {
  renderWith(en, <Counted max={2} />);
  expect(less()).toBeDisabled();
  await userEvent.click(more());
  await userEvent.click(more());
  expect(field()).toHaveValue("2");
  expect(more()).toBeDisabled();
});

test("what is typed is brought within the limits", async () => {
  renderWith(en, <Counted max={4} />);
  await userEvent.type(field(), "99");
  expect(field()).toHaveValue("4");
});

test("a least quantity is reached and left in one step", async () => {
  renderWith(en, <Counted min={3} max={5} />);
  await userEvent.click(more());
  expect(field()).toHaveValue("3");
  await userEvent.click(less());
  expect(field()).toHaveValue("0");
});

test("arrow keys count too", async () => {
  renderWith(en, <Counted max={5} />);
  await userEvent.type(field(), "{ArrowUp}{ArrowUp}{ArrowDown}");
  expect(field()).toHaveValue("1");
});
