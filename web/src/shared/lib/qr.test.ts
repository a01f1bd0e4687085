import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { qrCode } from "./qr";

const digest = (text: string) => {
  const grid = qrCode(text) ?? [];
  const rows = grid.map((row) => row.map((dark) => (dark ? "#" : ".")).join(""));
  return {
    size: grid.length,
    sha: createHash("sha256").update(rows.join("\n")).digest("hex").slice(0, 16),
  };
};

// These very codes were read back by zbar.
test.each([
  ["A", 21, "d555ce17b805c385"],
  [
    "otpauth://totp/Fullhouse:ada%40example.org?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Fullhouse",
    41,
    "658cf7e97162961a",
  ],
  ["x".repeat(300), 69, "2abaf9ed149140d4"],
])("the code of text %# is the one a reader reads", (text, size, sha) => {
  expect(digest(text)).toEqual({ size, sha });
});

test("what is too long has no code", () => {
  expect(qrCode("x".repeat(500))).toBeNull();
});
