import type { Now } from "./time.js";

/** A number of requests that is admitted in a number of seconds. */
export interface LimitWindow {
  readonly limit: number;
  readonly seconds: number;
}

/** The state of one window after a request was counted or rejected. */
export interface WindowState extends LimitWindow {
  readonly remaining: number;
  /** Time until the next window starts, in whole seconds, rounded up. */
  readonly resetSeconds: number;
}

/** The result for one request. */
export interface Admission {
  readonly admitted: boolean;
  /** In the order of the given windows. */
  readonly windows: readonly WindowState[];
}

/** Creates a limiter with fixed windows. A window starts with the first request that it counts. Rejected requests are not counted. */
export function createLimiter(windows: readonly LimitWindow[], now: Now): () => Admission {
  const states = windows.map((window) => ({ ...window, startMs: Number.NEGATIVE_INFINITY, used: 0 }));
  return () => {
    const nowMs = now();
    for (const state of states) {
      if (nowMs - state.startMs >= state.seconds * 1000) Object.assign(state, { startMs: nowMs, used: 0 });
    }
    const admitted = states.every((state) => state.used < state.limit);
    if (admitted) for (const state of states) state.used += 1;
    return {
      admitted,
      windows: states.map(({ limit, seconds, startMs, used }) => ({
        limit,
        seconds,
        remaining: limit - used,
        resetSeconds: Math.ceil((startMs + seconds * 1000 - nowMs) / 1000),
      })),
    };
  };
}
