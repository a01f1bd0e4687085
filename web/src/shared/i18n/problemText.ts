// What went wrong, in the reader's words.
import { PasskeyProblem } from "../account/passkeyProblem";
import { ApiProblem, NetworkProblem } from "../api/problem";
import { en } from "./en";
import type { Translate } from "./message";

type Key = keyof typeof en;

/** A sentence for any error; what the API says in English is only used if we have no words for it. */
export function problemText(error: unknown, t: Translate<typeof en>): string {
  if (error instanceof NetworkProblem) return t("problem.network");
  if (error instanceof PasskeyProblem) return t(`passkey.${error.reason}`);
  if (!(error instanceof ApiProblem)) return t("problem.internal");
  const remaining = error.figure("remaining");
  switch (error.code) {
    case "insufficient-inventory":
    case "per-person-cap":
      return remaining && remaining > 0
        ? t(`problem.${error.code}`, { count: remaining })
        : t(`problem.${error.code}.none`);
    case "overloaded":
    case "busy":
    case "deadline-exceeded":
    case "not-yet-visible":
      return t("problem.busy");
    case "not-authenticated":
      return t("problem.unauthenticated");
    case "too-many-attempts":
      return t("problem.too-many-requests");
    case "bad-gateway":
    case "gateway-timeout":
      return t("problem.network");
  }
  const key = `problem.${error.code}`;
  if (isPlain(key)) return t(key);
  return error.status >= 500 ? t("problem.internal") : error.message;
}

type PlainKey = { [K in Key]: (typeof en)[K] extends string ? K : never }[Key] &
  Exclude<
    Key,
    "error.trace" | "proof.provider" | "stale.text" | "stepper.less" | "stepper.more" | "time.yours"
  >;

function isPlain(key: string): key is PlainKey {
  return key in en && typeof en[key as Key] === "string";
}
