// Files that spreadsheets open: nothing in them may be run.
import { expect, test } from "vitest";
import { csvCell, csvRow } from "./csv";

test("what a spreadsheet would take for a formula becomes text", () => {
  for (const bad of ["=1+1", "+49 40", "-2", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1"]) {
    expect(csvCell(bad)).toBe(`"'${bad}"`);
  }
  expect(csvCell('=HYPERLINK("http://x","y")')).toBe(`"'=HYPERLINK(""http://x"",""y"")"`);
});

test("ordinary text stays, separators and quotes are quoted, numbers are numbers", () => {
  expect(csvRow(["Ada", 'He said "hi"', "a,b", "line\nbreak", -12.5, null, undefined])).toBe(
    'Ada,"He said ""hi""","a,b","line\nbreak",-12.5,,\r\n',
  );
});
