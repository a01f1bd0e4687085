// Whether this browser may be logged in. The tokens themselves are in cookies that scripts can't read.
import { deviceStore } from "../lib/storage";

const HINT = "fh-session";

/** Someone logged in here and didn't log out: a refresh is worth a try. */
export function mayBeLoggedIn(): boolean {
  return deviceStore.get(HINT) === "1";
}

export function rememberLogin(isLoggedIn: boolean): void {
  if (isLoggedIn) deviceStore.set(HINT, "1");
  else deviceStore.remove(HINT);
}

let refreshing: Promise<boolean> | null = null;

/** Gets new tokens; all callers at one time share one attempt, across tabs where the browser allows. */
export function refreshSession(): Promise<boolean> {
  refreshing ??= alone(renew).finally(() => {
    refreshing = null;
  });
  return refreshing;
}

function alone(action: () => Promise<boolean>): Promise<boolean> {
  return navigator.locks ? navigator.locks.request("fh-refresh", action) : action();
}

async function renew(): Promise<boolean> {
  try {
    const answer = await fetch("/api/v1/auth/refresh", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: "{}",
    });
    if (answer.ok) rememberLogin(true);
    else if (answer.status === 401 || answer.status === 403) rememberLogin(false);
    return answer.ok;
  } catch {
    return false;
  }
}
