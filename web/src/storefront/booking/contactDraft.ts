// Who buys, as typed: kept in this tab, so that nobody types it twice.
import { tabStore } from "../../shared/lib/storage";
import type { Contact } from "./commands";

const KEY = "fh-contact";

export function recallContact(): Contact {
  const [email = "", name = ""] = (tabStore.get(KEY) ?? "").split("\n");
  return { email, name };
}

export function rememberContact({ email, name }: Contact): void {
  tabStore.set(KEY, `${email.replace(/\n/g, "")}\n${name.replace(/\n/g, " ")}`);
}
