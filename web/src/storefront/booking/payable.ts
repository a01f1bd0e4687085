// A payment under way in this tab, so that a reload finds it again.
import { readJson, tabStore } from "../../shared/lib/storage";
import type { Payable } from "./provider";

const keyOf = (reservationId: string) => `fh-payable:${reservationId}`;

function isPayable(value: unknown): value is Payable {
  return (
    typeof value === "object" &&
    value !== null &&
    "reference" in value &&
    "clientSecret" in value &&
    "paymentUrl" in value
  );
}

export function recallPayable(reservationId: string): Payable | null {
  return readJson(tabStore, keyOf(reservationId), isPayable);
}

export function rememberPayable(reservationId: string, payable: Payable): void {
  tabStore.set(keyOf(reservationId), JSON.stringify(payable));
}
