/** Milliseconds since 1970, as `Date.now()` returns them. */
export type Now = () => number;

/** The time of one simulator. */
export interface SimulatedTime {
  readonly now: Now;
  /** Moves the time forward, in milliseconds. @throws {RangeError} `ms` is negative or not finite */
  readonly advanceTime: (ms: number) => void;
}

/** Creates a time that follows `now` and can be moved forward. */
export function createSimulatedTime(now: Now = Date.now): SimulatedTime {
  let offsetMs = 0;
  return {
    now: () => now() + offsetMs,
    advanceTime(ms) {
      if (!Number.isFinite(ms) || ms < 0) throw new RangeError("ms: expected a finite number of milliseconds, 0 or more");
      offsetMs += ms;
    },
  };
}
