// Where to go after logging in: only ever to a page of this shop.

/** An address of this origin; anything else becomes the account's page. */
export function safeTarget(next: string | undefined): string {
  if (!next?.startsWith("/") || next.startsWith("//") || next.includes("\\")) return "/account";
  const url = new URL(next, window.location.origin);
  // Steps out of the path may leave one that begins with two slashes: that is another host.
  const isHere = url.origin === window.location.origin && !url.pathname.startsWith("//");
  return isHere ? url.pathname + url.search + url.hash : "/account";
}

/** Loads the page anew: the desk is another entry, and caches of a guest are gone. */
export function leaveTo(next: string | undefined): void {
  window.location.assign(safeTarget(next));
}
