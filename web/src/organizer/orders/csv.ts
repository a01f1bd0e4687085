// Comma-separated values that spreadsheets open without running anything.

export type Cell = string | number | null | undefined;

/** A spreadsheet takes these for formulas; an apostrophe in front makes them text. */
const FORMULA = /^[\s]*[=+\-@\t\r\uFF1D\uFF0B\uFF0D\uFF20]/;

export function csvCell(cell: Cell): string {
  if (cell === null || cell === undefined) return "";
  if (typeof cell === "number") return String(cell);
  const safe = FORMULA.test(cell) ? `'${cell}` : cell;
  return /[",\n\r;]/.test(safe) || safe !== cell ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** A row, ended as RFC 4180 wants it. */
export function csvRow(cells: readonly Cell[]): string {
  return `${cells.map(csvCell).join(",")}\r\n`;
}

/** Hands a file to the browser. The mark at the beginning tells spreadsheets that it is UTF-8. */
export function download(name: string, rows: readonly string[]): void {
  const blob = new Blob(["\uFEFF", ...rows], { type: "text/csv;charset=utf-8" });
  const url = URL.createObjectURL(blob);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
