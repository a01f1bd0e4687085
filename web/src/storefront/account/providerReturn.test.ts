import { afterEach, expect, test } from "vitest";
import { takeBrought } from "./providerReturn";

afterEach(() => window.history.replaceState(null, "", "/"));

test("what the provider said is taken out of the address, and nothing else of it is sent on", () => {
  window.history.replaceState(
    null,
    "",
    "/login/callback/acme?state=s1&code=c1&iss=https%3A%2F%2Fa.example&session_state=x",
  );
  expect(takeBrought()).toEqual({ state: "s1", code: "c1", iss: "https://a.example" });
  expect(window.location.search).toBe("");
  expect(takeBrought()).toBeNull();
});

test("a refusal is told as one", () => {
  window.history.replaceState(null, "", "/login/callback/acme?error=access_denied&state=s1");
  expect(takeBrought()).toEqual({ state: "s1", error: "access_denied" });
});
