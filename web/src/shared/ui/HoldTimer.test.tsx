import { act, screen } from "@testing-library/react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { renderWith } from "../../test/render";
import { en } from "../i18n/en";
import { learnNow, resetClock } from "../lib/clock";
import { HoldTimer } from "./HoldTimer";

beforeEach(() => {
  vi.useFakeTimers({ now: Date.parse("2026-11-20T12:00:00Z") });
  resetClock();
});
afterEach(() => {
  vi.useRealTimers();
  resetClock();
});

test("counts by the server's clock, whatever the device says", () => {
  learnNow("2026-11-20T10:00:00Z", 0);
  renderWith(en, <HoldTimer expiresAt="2026-11-20T10:05:00Z" onOver={() => {}} />);
  expect(screen.getByRole("timer")).toHaveTextContent("5:00");
  act(() => vi.advanceTimersByTime(61_000));
  expect(screen.getByRole("timer")).toHaveTextContent("3:59");
});

test("never shows more than there is", () => {
  renderWith(en, <HoldTimer expiresAt="2026-11-20T12:15:00.300Z" onOver={() => {}} />);
  expect(screen.getByRole("timer")).toHaveTextContent("15:00");
});

test("is announced at some moments, not every second", () => {
  renderWith(en, <HoldTimer expiresAt="2026-11-20T12:02:30Z" onOver={() => {}} />);
  expect(screen.getByRole("status")).toBeEmptyDOMElement();
  act(() => vi.advanceTimersByTime(31_000));
  expect(screen.getByRole("status")).toHaveTextContent("2 minutes left");
  act(() => vi.advanceTimersByTime(60_000));
  expect(screen.getByRole("status")).toHaveTextContent("1 minute left");
});

test("tells once that the time is up", () => {
  const onOver = vi.fn();
  renderWith(en, <HoldTimer expiresAt="2026-11-20T12:00:02Z" onOver={onOver} />);
  expect(onOver).not.toHaveBeenCalled();
  act(() => vi.advanceTimersByTime(5_000));
  expect(onOver).toHaveBeenCalledTimes(1);
  expect(screen.getByRole("status")).toHaveTextContent("The time is up");
});
