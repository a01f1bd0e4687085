// The token of a mail's link: read once from the fragment, kept for a reload of this tab.
import { useState } from "react";
import { takeFromFragment } from "../../shared/lib/fragment";
import { tabStore } from "../../shared/lib/storage";

export function useMailToken(page: string): string | null {
  const [token] = useState(() => {
    const key = `fh-mail:${page}`;
    const given = takeFromFragment("token");
    if (given) tabStore.set(key, given);
    return given ?? tabStore.get(key);
  });
  return token;
}
