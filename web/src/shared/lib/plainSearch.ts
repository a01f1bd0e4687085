// Addresses that people can read and change: every value of the query is plain text.

export function parsePlainSearch(search: string): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(search));
}

export function stringifyPlainSearch(search: Record<string, unknown>): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(search)) {
    if (value !== undefined && value !== null && value !== "" && value !== false) {
      params.set(name, value === true ? "1" : String(value));
    }
  }
  const text = params.toString();
  return text === "" ? "" : `?${text}`;
}
