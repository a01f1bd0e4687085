import { expect, test } from "vitest";
import {
  expiryEnd,
  formatCardNumber,
  formatExpiry,
  passesLuhn,
  TEST_CARDS,
  testCard,
} from "./cards";

test("every test card has a valid check digit and is found as typed", () => {
  for (const card of TEST_CARDS) {
    expect(passesLuhn(card.digits)).toBe(true);
    expect(testCard(formatCardNumber(card.digits))).toBe(card);
  }
});

test("one wrong digit is noticed", () => {
  expect(passesLuhn("4242424242424241")).toBe(false);
  expect(passesLuhn("0")).toBe(false);
});

test("what is typed is put in groups, whatever stands between", () => {
  expect(formatCardNumber("4242-4242 42")).toBe("4242 4242 42");
  expect(formatExpiry("0429")).toBe("04/29");
  expect(formatExpiry("04")).toBe("04");
});

test("a card is valid to the end of its month", () => {
  expect(expiryEnd("12/26")).toBe(Date.UTC(2027, 0, 1));
  expect(expiryEnd("13/26")).toBeNull();
  expect(expiryEnd("1/26")).toBeNull();
});
