// What a browser says it is, in words that people know.

const BROWSERS = [
  ["Edg/", "Edge"],
  ["OPR/", "Opera"],
  ["Firefox/", "Firefox"],
  ["Chrome/", "Chrome"],
  ["Safari/", "Safari"],
] as const;
const SYSTEMS = [
  ["iPhone", "iPhone"],
  ["iPad", "iPad"],
  ["Android", "Android"],
  ["Windows", "Windows"],
  ["Mac OS X", "Mac"],
  ["Linux", "Linux"],
] as const;

/** “Firefox, Linux”; what isn't known is told as it came. */
export function deviceName(agent: string): string {
  const known = [BROWSERS, SYSTEMS].map(
    (names) => names.find(([mark]) => agent.includes(mark))?.[1],
  );
  return known.every(Boolean) ? known.join(", ") : agent;
}
