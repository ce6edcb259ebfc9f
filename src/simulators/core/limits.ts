import type { SimulatorClock } from "./clock.js";

/** So many requests in so many seconds. */
export interface LimitWindow {
  readonly limit: number;
  readonly seconds: number;
}

/** How one window stands after a request was counted, or refused. */
export interface WindowState extends LimitWindow {
  readonly remaining: number;
  /** Until the window starts afresh, in whole seconds, rounded up. */
  readonly resetSeconds: number;
}

/** What became of one request. */
export interface Admission {
  readonly admitted: boolean;
  /** In the order of the windows given. */
  readonly windows: readonly WindowState[];
}

/** Makes a counter over fixed windows. Each starts with the first request that it counts; a refused request is not counted. */
export function createLimiter(windows: readonly LimitWindow[], clock: SimulatorClock): () => Admission {
  const states = windows.map((window) => ({ ...window, startMs: Number.NEGATIVE_INFINITY, used: 0 }));
  return () => {
    const nowMs = clock.now().getTime();
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
