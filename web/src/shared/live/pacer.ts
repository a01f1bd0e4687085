// Shows what changes often at a bearable pace: the first change at once, then the newest of each interval.

export interface Pacer<T> {
  /** Shows this, now or when the interval is over, unless something newer comes first. */
  put(value: T): void;
  /** Forgets what waits. */
  stop(): void;
}

export function pacer<T>(show: (value: T) => void, intervalMs: number): Pacer<T> {
  let waiting: { readonly value: T } | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const rest = () => {
    timer = setTimeout(() => {
      timer = undefined;
      if (!waiting) return;
      const { value } = waiting;
      waiting = null;
      show(value);
      rest();
    }, intervalMs);
  };

  return {
    put(value) {
      if (timer !== undefined) {
        waiting = { value };
        return;
      }
      show(value);
      rest();
    },
    stop() {
      clearTimeout(timer);
      timer = undefined;
      waiting = null;
    },
  };
}
