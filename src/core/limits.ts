import { lossMarginMs, sleep } from "./abort.js";

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
  /**
   * Resolves when a request may be sent, to a function that releases the permit. Rejects with the signal's reason.
   * @param maxMs - the remaining time of the request, in milliseconds. Later its permit is free again for the next caller
   */
  readonly acquire: (writes: boolean, signal: AbortSignal, maxMs?: number) => Promise<() => void>;
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

  async function acquire(writes: boolean, signal: AbortSignal, maxMs?: number): Promise<() => void> {
    signal.throwIfAborted();
    if (!writes || !Number.isFinite(writesPerMinute)) return acquireRequest(signal, maxMs);
    const releaseWindow = await acquireWindow(signal, maxMs);
    try {
      await waitForWindow(signal);
      const release = await acquireRequest(signal, maxMs);
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

type Acquire = (signal: AbortSignal, maxMs?: number) => Promise<() => void>;

/** A semaphore whose waiters acquire their permits in order. */
function createSemaphore(permits: number): Acquire {
  const waiters = new Set<Permit>();
  const acquired = new Set<Permit>();

  function admit(): void {
    for (const next of waiters) {
      if (acquired.size >= permits) return;
      waiters.delete(next);
      if (isLost(next)) continue;
      acquired.add(next);
      next.proceed();
    }
  }

  function wait(signal: AbortSignal, endsBefore: number): Promise<Permit> {
    return new Promise((resolve, reject) => {
      const abort = () => {
        waiters.delete(permit);
        reject(signal.reason);
      };
      const proceed = () => {
        signal.removeEventListener("abort", abort);
        resolve(permit);
      };
      const permit: Permit = { endsBefore, proceed };
      signal.addEventListener("abort", abort, { once: true });
      waiters.add(permit);
      admit();
    });
  }

  return async (signal, maxMs = Number.POSITIVE_INFINITY) => {
    signal.throwIfAborted();
    for (const permit of acquired) if (isLost(permit)) acquired.delete(permit);
    const permit = await wait(signal, Date.now() + maxMs + lossMarginMs);
    return () => {
      acquired.delete(permit);
      admit();
    };
  };
}

interface Permit {
  /** By the wall clock: after this time the request counts as lost. */
  readonly endsBefore: number;
  readonly proceed: () => void;
}

function isLost({ endsBefore }: Permit): boolean {
  return Date.now() > endsBefore;
}
