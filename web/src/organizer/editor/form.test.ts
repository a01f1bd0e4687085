// From what is typed to an edit.
import { expect, test } from "vitest";
import { anEvent } from "../testing/desk";
import { editOf, faultsOf, formOf } from "./form";
import { merge } from "./merge";

const NONE = new Set<never>();

test("an unchanged form is no edit", () => {
  const event = anEvent({ ends_at: "2027-03-20T21:30:00Z", tags: ["piano"], category: "concert" });
  expect(editOf(event, formOf(event), NONE)).toEqual({});
  expect(faultsOf(formOf(event))).toEqual({});
});

test("another zone keeps the wall clock and so moves the instants", () => {
  const event = anEvent({ ends_at: "2027-03-20T21:30:00Z" });
  const form = { ...formOf(event), time_zone: "America/New_York" };
  expect(editOf(event, form, NONE)).toEqual({
    time_zone: "America/New_York",
    starts_at: "2027-03-21T00:30:00Z",
    ends_at: "2027-03-21T02:30:00Z",
  });
});

test("a zone is not sent while its start can't be", () => {
  const event = anEvent();
  const form = { ...formOf(event), time_zone: "Europe/London", starts: { wall: "", fold: null } };
  expect(editOf(event, form, NONE)).toEqual({});
});

test("times that don't exist or come twice are faults", () => {
  const form = formOf(anEvent());
  expect(faultsOf({ ...form, starts: { wall: "2027-03-28T02:30:00", fold: null } }).starts).toBe(
    "gap",
  );
  const twice = { ...form, starts: { wall: "2027-10-31T02:30:00", fold: null } };
  expect(faultsOf(twice).starts).toBe("twice");
  expect(faultsOf({ ...twice, starts: { ...twice.starts, fold: "later" } }).starts).toBeUndefined();
});

test("emptied fields are cleared, a place keeps its coordinates", () => {
  const coordinates = { latitude_micro: 53_000_000, longitude_micro: 10_000_000 };
  const event = anEvent({
    category: "concert",
    image_url: "https://example.org/a.png",
    ends_at: "2027-03-20T21:30:00Z",
    venue: { name: "Great Hall", coordinates },
  });
  const form = {
    ...formOf(event),
    category: "",
    image_url: "",
    ends: { wall: "", fold: null },
    venue_city: "Hamburg",
  };
  expect(editOf(event, form, NONE)).toEqual({
    category: null,
    image_url: null,
    ends_at: null,
    venue: { name: "Great Hall", city: "Hamburg", coordinates },
  });
});

test("merging takes what only they changed, keeps mine, and names what both did", () => {
  const base = formOf(anEvent());
  const mine = { ...base, title: "Mine", description: "Mine too" };
  const theirs = { ...base, title: "Theirs", category: "opera", description: "Mine too" };
  const merged = merge(base, mine, theirs);
  expect(merged.conflicts).toEqual(["title"]);
  expect(merged.form).toEqual({ ...mine, category: "opera" });
});
