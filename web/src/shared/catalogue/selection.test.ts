import { expect, test } from "vitest";
import { formatSelection, parseSelection } from "./selection";

const ID = "01a1f8a9-457b-723c-9a02-d17baaa37300";
const OTHER = "01a1f8a9-45b0-74df-a88a-c95dc6ad9f4d";

test("a choice survives the address", () => {
  const lines = [
    { ticketTypeId: ID, quantity: 2 },
    { ticketTypeId: OTHER, quantity: 1, unitPrice: 1500 },
  ];
  expect(parseSelection(formatSelection(lines))).toEqual(lines);
});

test.each([
  "",
  "x*1",
  `${ID}*0`,
  `${ID}*-1`,
  `${ID}*1e3`,
  `${ID}*1*free`,
  `${ID}*9999`,
  "<script>*1",
])("%s is no choice", (text) => {
  expect(parseSelection(text)).toEqual([]);
});
