// Nobody sees the desk without an account.
import type { QueryClient } from "@tanstack/react-query";
import { accountKey, accountQuery } from "../shared/account/account";

/** Sends a guest to the login page of the storefront, and back here afterwards. */
export async function requireAccount(queries: QueryClient, here: string): Promise<void> {
  // Where nobody logged in, the server isn't asked: its refusal would stand in the console.
  const account = await queries.ensureQueryData(accountQuery);
  if (account) return;
  queries.removeQueries({ queryKey: accountKey });
  const back = here.startsWith("/organizer") ? here : `/organizer${here === "/" ? "" : here}`;
  window.location.assign(`/login?next=${encodeURIComponent(back)}`);
  await new Promise(() => {}); // the page is being left
}
