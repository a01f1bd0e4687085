// How many tickets were sold in each of the last seconds, from the figures as they come in.

export interface Second {
  /** Seconds since 1970. */
  readonly at: number;
  readonly sold: number;
}

export const SECONDS = 60;

export interface Counter {
  /** Feeds the figures of now; the first ones are only where counting begins. */
  readonly feed: (sold: number, now: number) => void;
  /** The last [`SECONDS`] up to now, oldest first; seconds without sales are there too. */
  readonly read: (now: number) => Second[];
}

export function salesCounter(): Counter {
  let last: number | null = null;
  let seconds = new Map<number, number>();
  return {
    feed: (sold, now) => {
      const second = Math.floor(now / 1000);
      if (last !== null && sold > last) {
        seconds.set(second, (seconds.get(second) ?? 0) + sold - last);
      }
      last = sold;
      if (seconds.size > SECONDS * 2) {
        seconds = new Map([...seconds].filter(([at]) => at > second - SECONDS));
      }
    },
    read: (now) => {
      const end = Math.floor(now / 1000);
      return Array.from({ length: SECONDS }, (_, index) => {
        const at = end - SECONDS + 1 + index;
        return { at, sold: seconds.get(at) ?? 0 };
      });
    },
  };
}
