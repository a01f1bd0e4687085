// The usual slips of the pen in the domain of an address.

const SLIPS: Record<string, string> = {
  "gmial.com": "gmail.com",
  "gmai.com": "gmail.com",
  "gmail.co": "gmail.com",
  "gmail.con": "gmail.com",
  "gmail.de": "gmail.com",
  "googlemail.de": "googlemail.com",
  "hotmial.com": "hotmail.com",
  "hotmail.con": "hotmail.com",
  "outlok.com": "outlook.com",
  "outlook.con": "outlook.com",
  "yaho.com": "yahoo.com",
  "yahoo.con": "yahoo.com",
  "gmx.ed": "gmx.de",
  "web.ed": "web.de",
  "t-online.ed": "t-online.de",
  "iclod.com": "icloud.com",
  "icloud.con": "icloud.com",
};

/** The address that was probably meant, if the typed one looks wrong. */
export function likelyEmail(typed: string): string | null {
  const at = typed.lastIndexOf("@");
  const meant = SLIPS[typed.slice(at + 1).toLowerCase()];
  return at > 0 && meant ? `${typed.slice(0, at)}@${meant}` : null;
}
