// Nothing of a person is left, and other tabs hear of it.
import { expect, test, vi } from "vitest";
import { leaveNothing } from "./leaving";
import { followLeaving, tellOtherTabs } from "./left";
import { deviceStore, tabStore } from "./storage";

test("only what is the device's stays", () => {
  for (const key of ["fh-theme", "fh-language", "fh-session"]) deviceStore.set(key, "kept");
  deviceStore.set("fh-bookings", "[]");
  deviceStore.set("fh-access:1", "fha_1");
  tabStore.set("fh-contact", "ada@example.org\nAda");
  localStorage.setItem("of-others", "1");
  leaveNothing();
  expect(Object.keys(localStorage).sort()).toEqual([
    "fh-language",
    "fh-session",
    "fh-theme",
    "of-others",
  ]);
  expect(sessionStorage).toHaveLength(0);
});

test("what a browser without storage keeps goes as well", () => {
  const refuse = vi.spyOn(Storage.prototype, "setItem").mockImplementation(() => {
    throw new Error("full");
  });
  deviceStore.set("fh-access:2", "fha_2");
  refuse.mockRestore();
  expect(deviceStore.get("fh-access:2")).toBe("fha_2");
  leaveNothing();
  expect(deviceStore.get("fh-access:2")).toBeNull();
});

test("a page begins anew when somebody left in another tab, once", () => {
  const reload = vi.fn();
  followLeaving(reload);
  const look = () => window.dispatchEvent(new Event("storage"));
  look();
  tellOtherTabs();
  look();
  expect(reload).not.toHaveBeenCalled();
  tabStore.set("fh-contact", "ada@example.org\nAda");
  localStorage.setItem("fh-left", "somebody");
  look();
  window.dispatchEvent(new Event("pageshow"));
  expect(reload).toHaveBeenCalledOnce();
  expect(tabStore.get("fh-contact")).toBeNull();
});
