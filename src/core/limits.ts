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
  // When each recent write was or is going to be sent, oldest first. A place is taken before any waiting is done, so writers
  // that come together cannot all find the same place free.
  const starts: number[] = [];
  const waiting: (() => void)[] = [];
  let running = 0;

  async function acquire(writes: boolean, signal: AbortSignal): Promise<() => void> {
    signal.throwIfAborted();
    if (writes && Number.isFinite(writesPerMinute)) await writeTurn(signal);
    if (running < concurrency) running++;
    else await place(signal);
    return once(release);
  }

  async function writeTurn(signal: AbortSignal): Promise<void> {
    const time = now();
    while (starts[0] !== undefined && time - starts[0] >= windowMs) starts.shift();
    const start = Math.max(time, (starts.at(-writesPerMinute) ?? Number.NEGATIVE_INFINITY) + windowMs);
    starts.push(start);
    if (start === time) return;
    try {
      await pause(start - time, signal);
    } catch (reason) {
      starts.splice(starts.indexOf(start), 1);
      throw reason;
    }
  }

  function release(): void {
    // The place goes straight to the next in line: it is never free in between for somebody who came later.
    const next = waiting.shift();
    if (next) next();
    else running--;
  }

  function place(signal: AbortSignal): Promise<void> {
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

  return { acquire };
}

function once(action: () => void): () => void {
  let done = false;
  return () => {
    if (done) return;
    done = true;
    action();
  };
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", leave);
      resolve();
    }, ms);
    const leave = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    signal.addEventListener("abort", leave, { once: true });
  });
}
