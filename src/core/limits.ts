import { sleep } from "./abort.js";

/** The manager's own limits, which keep many concurrent calls below the vendor's rate limits. */
export interface Limits {
  /**
   * The maximum number of concurrent requests.
   * @default 8
   */
  readonly concurrency?: number;
  /**
   * The maximum number of writing requests in any 60 seconds. Further requests wait.
   * @default no limit
   */
  readonly writesPerMinute?: number;
}

/** Limits the requests of one manager. */
export interface Limiter {
  /** Resolves when a request may be sent, to a function that releases the permit. Rejects with the signal's reason. */
  readonly acquire: (writes: boolean, signal: AbortSignal) => Promise<() => void>;
}

const windowMs = 60_000;

/** Creates the limiter of one manager. */
export function createLimiter(
  limits: { readonly [K in keyof Limits]?: Limits[K] | undefined } = {},
  now: () => number = () => performance.now(),
): Limiter {
  const { concurrency = 8, writesPerMinute = Number.POSITIVE_INFINITY } = limits;
  const acquireRequest = createSemaphore(concurrency);
  // Only the first queued write waits for the rate window, so an aborted waiter never consumes a slot.
  const acquireWindow = createSemaphore(1);
  // The times of the latest writes, oldest first.
  const starts: number[] = [];

  async function acquire(writes: boolean, signal: AbortSignal): Promise<() => void> {
    signal.throwIfAborted();
    if (!writes || !Number.isFinite(writesPerMinute)) return acquireRequest(signal);
    const releaseWindow = await acquireWindow(signal);
    try {
      await waitForWindow(signal);
      const release = await acquireRequest(signal);
      // Recorded after the permit: the write is sent now, which can be later than the window allowed.
      starts.push(now());
      starts.splice(0, starts.length - writesPerMinute);
      return release;
    } finally {
      releaseWindow();
    }
  }

  async function waitForWindow(signal: AbortSignal): Promise<void> {
    for (;;) {
      const oldest = starts.at(-writesPerMinute);
      const waitMs = oldest === undefined ? 0 : oldest + windowMs - now();
      if (waitMs <= 0) return;
      await sleep(Math.ceil(waitMs), signal);
    }
  }

  return { acquire };
}

/** A semaphore whose waiters acquire their permits in order. */
function createSemaphore(permits: number): (signal: AbortSignal) => Promise<() => void> {
  const waiters: (() => void)[] = [];
  let acquired = 0;

  function release(): void {
    // The permit passes to the first waiter without becoming free, so a later caller cannot acquire it first.
    const next = waiters.shift();
    if (next) next();
    else acquired--;
  }

  function wait(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const proceed = () => {
        signal.removeEventListener("abort", abort);
        resolve();
      };
      const abort = () => {
        waiters.splice(waiters.indexOf(proceed), 1);
        reject(signal.reason);
      };
      waiters.push(proceed);
      signal.addEventListener("abort", abort, { once: true });
    });
  }

  return async (signal) => {
    signal.throwIfAborted();
    if (acquired < permits) acquired++;
    else await wait(signal);
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
