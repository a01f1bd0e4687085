// Secrets in links stand in the fragment, which no server sees.

/** Takes a value out of the fragment of the address, so that it doesn't stay visible. */
export function takeFromFragment(name: string): string | null {
  const params = new URLSearchParams(window.location.hash.slice(1));
  const value = params.get(name);
  if (value === null) return null;
  params.delete(name);
  const rest = params.toString();
  const { pathname, search } = window.location;
  window.history.replaceState(
    window.history.state,
    "",
    pathname + search + (rest ? `#${rest}` : ""),
  );
  return value;
}
