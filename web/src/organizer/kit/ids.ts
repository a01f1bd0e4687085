// How ids are shown to people.

/** The end of an id: its beginning is the time and looks alike. */
export function shortNumber(id: string): string {
  return id.slice(-12).toUpperCase();
}
