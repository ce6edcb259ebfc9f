/** The time that a simulator lives in. */
export interface SimulatorClock {
  /** The simulator's present. */
  readonly now: () => Date;
  /** Moves the present forward, in milliseconds, so that tokens and windows run out without waiting. */
  readonly advance: (ms: number) => void;
}

/**
 * Makes a clock that runs with the machine's own and can be moved forward.
 *
 * @throws {RangeError} from `advance`, when the step is negative or not finite
 */
export function createClock(): SimulatorClock {
  let aheadMs = 0;
  return {
    now: () => new Date(Date.now() + aheadMs),
    advance(ms) {
      if (!Number.isFinite(ms) || ms < 0)
        throw new RangeError("a simulator's clock only moves forward, by a finite number of milliseconds");
      aheadMs += ms;
    },
  };
}
