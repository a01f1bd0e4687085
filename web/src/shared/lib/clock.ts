// The server's time: deadlines come from there, so a wrong clock on the device changes nothing.

interface Sample {
  /** Server time minus `performance.now()`, in milliseconds. */
  readonly offset: number;
  /** How far `offset` may be off. */
  readonly uncertainty: number;
  readonly at: number;
}

/** A sample is forgotten after this: monotonic clocks may stand still while a device sleeps. */
const OLDEST_MS = 5 * 60_000;
/** `Date` headers have whole seconds. */
const HEADER_PRECISION_MS = 500;

let best: Sample | null = null;

/** Milliseconds since 1970, by the server's clock as far as it is known. */
export function serverNow(): number {
  return best ? performance.now() + best.offset : Date.now();
}

/** Learns from an exact instant that the server told just now. */
export function learnNow(now: string, roundTripMs: number): void {
  const at = Date.parse(now);
  if (!Number.isNaN(at)) learn(at + roundTripMs / 2, roundTripMs / 2);
}

/** Learns from the `Date` header of an answer. */
export function learnFromHeader(date: string | null, roundTripMs: number): void {
  const at = date === null ? Number.NaN : Date.parse(date);
  if (Number.isNaN(at)) return;
  learn(at + HEADER_PRECISION_MS + roundTripMs / 2, HEADER_PRECISION_MS + roundTripMs / 2);
}

function learn(serverTime: number, uncertainty: number): void {
  const at = performance.now();
  const isBetter = !best || uncertainty <= best.uncertainty || at - best.at > OLDEST_MS;
  const contradicts =
    best && Math.abs(serverTime - at - best.offset) > best.uncertainty + uncertainty;
  if (isBetter || contradicts) best = { offset: serverTime - at, uncertainty, at };
}

/** Forgets everything that was learnt. */
export function resetClock(): void {
  best = null;
}
