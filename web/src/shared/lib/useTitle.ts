// The title of the document follows the page.
import { useEffect } from "react";

/** Sets the document's title; undefined while it isn't known. */
export function useTitle(title: string | undefined): void {
  useEffect(() => {
    if (title) document.title = `${title} · Fullhouse`;
  }, [title]);
}
