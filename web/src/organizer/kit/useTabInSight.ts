// Tabs are one line that scrolls on phones: the tab of the page that is shown is brought into sight.
import { useLocation } from "@tanstack/react-router";
import { type RefObject, useEffect, useRef } from "react";

/** For the list of the tabs. */
export function useTabInSight(): RefObject<HTMLUListElement | null> {
  const list = useRef<HTMLUListElement>(null);
  const path = useLocation({ select: ({ pathname }) => pathname });
  // biome-ignore lint/correctness/useExhaustiveDependencies: another page has another tab.
  useEffect(() => {
    const shown = list.current?.querySelector("[aria-current=page]");
    shown?.scrollIntoView?.({ block: "nearest", inline: "center" });
  }, [path]);
  return list;
}
