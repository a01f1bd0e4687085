// The test cards of the payment simulator: numbers that people type, names that it knows.

export interface TestCard {
  readonly digits: string;
  /** What the simulator calls it. */
  readonly method: string;
  readonly label: "good" | "declined" | "funds" | "approval" | "late";
}

export const TEST_CARDS: readonly TestCard[] = [
  { digits: "4242424242424242", method: "pm_card_visa", label: "good" },
  { digits: "4000000000000002", method: "pm_card_chargeDeclined", label: "declined" },
  { digits: "4000000000009995", method: "pm_card_chargeDeclinedInsufficientFunds", label: "funds" },
  { digits: "4000002500003155", method: "pm_card_authenticationRequired", label: "approval" },
  { digits: "4000000000000077", method: "pm_sim_succeed_late", label: "late" },
];

export function digitsOf(text: string): string {
  return text.replace(/\D/g, "");
}

/** In groups of four, as on the card. */
export function formatCardNumber(text: string): string {
  return digitsOf(text)
    .slice(0, 19)
    .replace(/(.{4})(?=.)/g, "$1 ");
}

/** “04/29” while one types. */
export function formatExpiry(text: string): string {
  const digits = digitsOf(text).slice(0, 4);
  return digits.length > 2 ? `${digits.slice(0, 2)}/${digits.slice(2)}` : digits;
}

/** The check digit of card numbers (ISO/IEC 7812). */
export function passesLuhn(digits: string): boolean {
  const sum = [...digits].reverse().reduce((total, character, index) => {
    const doubled = Number(character) * (index % 2 === 1 ? 2 : 1);
    return total + (doubled > 9 ? doubled - 9 : doubled);
  }, 0);
  return digits.length >= 12 && sum % 10 === 0;
}

export function testCard(text: string): TestCard | undefined {
  return TEST_CARDS.find((card) => card.digits === digitsOf(text));
}

/** The month after which a card is no longer valid, as the first instant after it; null if it isn't a month. */
export function expiryEnd(text: string): number | null {
  const [, month, year] = /^(0[1-9]|1[0-2])\/(\d{2})$/.exec(text.trim()) ?? [];
  return month && year ? Date.UTC(2000 + Number(year), Number(month), 1) : null;
}
