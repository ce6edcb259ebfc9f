import { sleep } from "./abort.js";

/** What a manager allows itself, so that many calls at once do not run into the vendor's limits. */
export interface Limits {
  /**
   * The most requests under way at once.
   * @default 8
   */
  readonly concurrency?: number;
  /**
   * The most writing requests in any 60 seconds. Further ones wait for their turn.
   * @default no bound
   */
  readonly writesPerMinute?: number;
}

/** Gives out the right to send. One is shared by everything that one manager sends. */
export interface Limiter {
  /** Resolves when a request may be sent, to what ends its turn. Rejects with the signal's reason. */
  readonly acquire: (writes: boolean, signal: AbortSignal) => Promise<() => void>;
}

const windowMs = 60_000;

/** Makes the limiter of one manager. */
export function createLimiter(
  limits: { readonly [K in keyof Limits]?: Limits[K] | undefined } = {},
  now: () => number = () => performance.now(),
): Limiter {
  const { concurrency = 8, writesPerMinute = Number.POSITIVE_INFINITY } = limits;
  const place = createLine(concurrency);
  // Only the first queued write waits for the rate window, so an aborted waiter never consumes a slot.
  const writer = createLine(1);
  // When the latest writes were sent, oldest first.
  const starts: number[] = [];

  async function acquire(writes: boolean, signal: AbortSignal): Promise<() => void> {
    signal.throwIfAborted();
    if (!writes || !Number.isFinite(writesPerMinute)) return place(signal);
    const next = await writer(signal);
    try {
      await room(signal);
      const end = await place(signal);
      // Not before: a write that had to wait for its place is sent later than the clock allowed.
      starts.push(now());
      starts.splice(0, starts.length - writesPerMinute);
      return end;
    } finally {
      next();
    }
  }

  async function room(signal: AbortSignal): Promise<void> {
    for (;;) {
      const oldest = starts.at(-writesPerMinute);
      const waitMs = oldest === undefined ? 0 : oldest + windowMs - now();
      if (waitMs <= 0) return;
      await sleep(Math.ceil(waitMs), signal);
    }
  }

  return { acquire };
}

// Gives out so many places, in the order in which they are asked for.
function createLine(places: number): (signal: AbortSignal) => Promise<() => void> {
  const waiting: (() => void)[] = [];
  let taken = 0;

  function release(): void {
    // The place goes straight to the next in line: it is never free in between for somebody who came later.
    const next = waiting.shift();
    if (next) next();
    else taken--;
  }

  function turn(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const take = () => {
        signal.removeEventListener("abort", leave);
        resolve();
      };
      const leave = () => {
        waiting.splice(waiting.indexOf(take), 1);
        reject(signal.reason);
      };
      waiting.push(take);
      signal.addEventListener("abort", leave, { once: true });
    });
  }

  return async (signal) => {
    signal.throwIfAborted();
    if (taken < places) taken++;
    else await turn(signal);
    return once(release);
  };
}

function once(action: () => void): () => void {
  let done = false;
  return () => {
    if (done) return;
    done = true;
    action();
  };
}
