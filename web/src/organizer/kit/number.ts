// Numbers as people type them.

/** A whole number between bounds; null if it is none. */
export function wholeNumber(text: string, least: number, most: number): number | null {
  if (!/^\s*\d{1,9}\s*$/.test(text)) return null;
  const value = Number(text);
  return value >= least && value <= most ? value : null;
}
