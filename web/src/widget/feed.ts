// Where the widget has its figures from: the public API of the shop, and its stream while the widget is seen.
import type { EventView } from "../shared/catalogue/queries";
import { learnFromHeader } from "../shared/lib/clock";
import { pacer } from "../shared/live/pacer";
import type { Availability } from "../shared/live/useAvailability";

export interface Told {
  event(event: EventView): void;
  figures(figures: Availability): void;
  /** There is none, or nobody may see it. */
  missing(): void;
  failed(): void;
  /** Whether figures come as they change. */
  live(isLive: boolean): void;
}

/** As the shop's own page: at most four times a second. */
const REPAINT_MS = 250;
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 30_000;

export class Feed {
  readonly #event: string;
  readonly #told: Told;
  readonly #figures;
  readonly #end = new AbortController();
  #source: EventSource | null = null;
  #again: ReturnType<typeof setTimeout> | undefined;
  #failures = 0;

  constructor(shop: string, eventId: string, told: Told) {
    this.#event = `${shop}/api/v1/events/${encodeURIComponent(eventId)}`;
    this.#told = told;
    this.#figures = pacer((figures: Availability) => told.figures(figures), REPAINT_MS);
  }

  /** Asks once for all that is shown. */
  async load(): Promise<void> {
    try {
      const [event, figures] = await Promise.all([
        this.#ask<EventView>(""),
        this.#ask<Availability>("/availability"),
      ]);
      if (!event || !figures) return this.#told.missing();
      this.#told.event(event);
      this.#figures.put(figures);
    } catch {
      if (!this.#end.signal.aborted) this.#told.failed();
    }
  }

  /** Follows the stream. */
  follow(): void {
    if (this.#source || this.#end.signal.aborted || typeof EventSource === "undefined") return;
    clearTimeout(this.#again);
    const source = new EventSource(`${this.#event}/availability/stream`);
    this.#source = source;
    source.addEventListener("availability", (message) => {
      this.#failures = 0;
      this.#told.live(true);
      this.#figures.put(JSON.parse(message.data) as Availability);
    });
    source.onerror = () => {
      this.#told.live(false);
      if (source.readyState !== EventSource.CLOSED) return; // the browser tries again by itself
      this.rest();
      this.#failures += 1;
      const wait = Math.min(FIRST_WAIT_MS * 2 ** this.#failures, LONGEST_WAIT_MS);
      this.#again = setTimeout(() => this.follow(), wait * (0.75 + Math.random() / 2));
    };
  }

  /** Lets go of the stream, for a while: connections are few. */
  rest(): void {
    clearTimeout(this.#again);
    this.#source?.close();
    this.#source = null;
  }

  end(): void {
    this.#end.abort();
    this.#figures.stop();
    this.rest();
  }

  async #ask<T>(path: string): Promise<T | null> {
    const began = performance.now();
    const response = await fetch(this.#event + path, {
      credentials: "omit",
      signal: this.#end.signal,
    });
    learnFromHeader(response.headers.get("Date"), performance.now() - began);
    if ([404, 410, 422, 400].includes(response.status)) return null;
    if (!response.ok) throw new Error(`${response.status}`);
    return (await response.json()) as T;
  }
}
