import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { pacer } from "./pacer";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("the first change is shown at once, and the newest of those that follow soon", () => {
  const shown: number[] = [];
  const paced = pacer((value: number) => shown.push(value), 250);
  paced.put(1);
  paced.put(2);
  paced.put(3);
  expect(shown).toEqual([1]);
  vi.advanceTimersByTime(249);
  expect(shown).toEqual([1]);
  vi.advanceTimersByTime(1);
  expect(shown).toEqual([1, 3]);
});

test("twenty changes a second are shown at most four times in any second", () => {
  const times: number[] = [];
  const paced = pacer(() => times.push(Date.now()), 250);
  for (let at = 0; at < 10_000; at += 50) {
    paced.put(at);
    vi.advanceTimersByTime(50);
  }
  const busiest = times.map((start) => times.filter((at) => at >= start && at < start + 1000));
  expect(Math.max(...busiest.map((second) => second.length))).toBe(4);
});

test("after silence a change waits for nothing", () => {
  const shown: number[] = [];
  const paced = pacer((value: number) => shown.push(value), 250);
  paced.put(1);
  vi.advanceTimersByTime(5_000);
  paced.put(2);
  expect(shown).toEqual([1, 2]);
});

test("nothing is shown after the end", () => {
  const shown: number[] = [];
  const paced = pacer((value: number) => shown.push(value), 250);
  paced.put(1);
  paced.put(2);
  paced.stop();
  vi.advanceTimersByTime(5_000);
  expect(shown).toEqual([1]);
});
