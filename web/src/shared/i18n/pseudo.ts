// Words that nobody reads: half as long again, and from right to left. Chosen by hand or by a test only.
import type { Catalogue, Message } from "./message";

const LETTERS = "אבגדהוזחטיכלמנסעפצקרשת";
const LONGER = 1.4;

/** The same catalogue, with its holes and plurals. */
export function pseudo(catalogue: Catalogue): Catalogue {
  const entries = Object.entries(catalogue).map(([key, message]) => [key, ofMessage(message)]);
  return Object.fromEntries(entries) as Catalogue;
}

function ofMessage(message: Message): Message {
  if (typeof message === "string") return ofText(message);
  return { one: ofText(message.one), other: ofText(message.other) };
}

/** What is in braces stays. */
function ofText(text: string): string {
  return text
    .split(/(\{\w+\})/)
    .map((part) => (part.startsWith("{") ? part : part.replace(/\p{L}+/gu, ofWord)))
    .join("");
}

function ofWord(word: string): string {
  const length = Math.ceil(word.length * LONGER);
  const letter = (index: number) =>
    LETTERS[((word.codePointAt(0) ?? 0) + index * 7) % LETTERS.length];
  return Array.from({ length }, (_, index) => letter(index)).join("");
}
