// Tickets per second from the figures of the stream.
import { expect, test } from "vitest";
import { SECONDS, salesCounter } from "./perSecond";

test("counts what is added in each second, and forgets old seconds", () => {
  const counter = salesCounter();
  counter.feed(100, 10_000); // where counting begins
  counter.feed(103, 10_200);
  counter.feed(104, 10_900);
  counter.feed(104, 11_000);
  counter.feed(110, 12_000);
  const seconds = counter.read(12_500);
  expect(seconds).toHaveLength(SECONDS);
  expect(seconds.slice(-3).map((second) => second.sold)).toEqual([4, 0, 6]);
  expect(counter.read(200_000).every((second) => second.sold === 0)).toBe(true);
});

test("fewer than before is no sale", () => {
  const counter = salesCounter();
  counter.feed(10, 1_000);
  counter.feed(8, 2_000);
  counter.feed(9, 3_000);
  expect(
    counter
      .read(3_000)
      .slice(-3)
      .map((second) => second.sold),
  ).toEqual([0, 0, 1]);
});
