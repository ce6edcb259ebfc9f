import type { CallOptions } from "./manager.js";
import { isObject } from "./values.js";

class AbortCallbacks extends Set<() => void> {
  handleEvent(): void {
    for (const callback of this) callback();
  }
}

const callbacksOf = /* @__PURE__ */ new WeakMap<AbortSignal, AbortCallbacks>();

/**
 * Calls a function when the signal aborts. All calls that share a signal share one listener: Node warns from eleven listeners on.
 * @returns a function that removes the callback, and with the last callback the listener
 */
function onAbort(signal: AbortSignal, callback: () => void): () => void {
  const callbacks = callbacksOf.get(signal) ?? new AbortCallbacks();
  callbacksOf.set(signal, callbacks.add(callback));
  // Adding the same listener again has no effect.
  signal.addEventListener("abort", callbacks);
  return () => {
    callbacks.delete(callback);
    if (callbacks.size === 0) signal.removeEventListener("abort", callbacks);
  };
}

/** Settles as `work` does, or rejects with the signal's reason as soon as it aborts. `work` continues either way. */
export function race<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) abort();
    work.then(resolve, reject).finally(onAbort(signal, abort));
  });
}

/** Waits for a delay. Rejects with the signal's reason as soon as it aborts. */
export async function sleep(ms: number, signal: AbortSignal | undefined): Promise<void> {
  signal?.throwIfAborted();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const elapsed = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  return signal ? race(elapsed, signal).finally(() => clearTimeout(timer)) : elapsed;
}

/** Settles as `work` does, or as `onTimeout` does when `work` takes longer than the timeout. `work` continues either way. */
export async function withTimeout<T>(work: Promise<T>, timeoutMs: number, onTimeout: () => T): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const elapsed = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, timeoutMs);
  });
  return Promise.race([work, elapsed.then(onTimeout)]).finally(() => clearTimeout(timer));
}

/** A running timeout. */
export interface Timer {
  /** Aborts when the time is over, or when the caller's signal aborts, with the same reason. */
  readonly signal: AbortSignal;
  /** Whether the time is over. An abort by the caller does not count. */
  readonly expired: () => boolean;
  /** The remaining time, in milliseconds. */
  readonly remainingMs: () => number;
  /** Stops the timer and removes the listener from the caller's signal. */
  readonly stop: () => void;
}

/**
 * Starts a timeout.
 * @param timeoutReason - creates the reason of the signal when the time is over
 * @param onEnd - called with the reason of the signal when it aborts. Cheaper than a listener of the signal
 */
export function startTimer(
  timeoutMs: number,
  caller: AbortSignal | undefined,
  timeoutReason?: () => unknown,
  onEnd?: (reason: unknown) => void,
): Timer {
  const controller = new AbortController();
  const startedAt = performance.now();
  let expired = false;
  const abort = (reason: unknown) => {
    controller.abort(reason);
    onEnd?.(controller.signal.reason);
  };
  const timer = setTimeout(() => {
    expired = true;
    abort(timeoutReason?.());
  }, timeoutMs);
  const abortByCaller = () => abort(caller?.reason);
  if (caller?.aborted) abortByCaller();
  const unsubscribe = caller && onAbort(caller, abortByCaller);
  return {
    signal: controller.signal,
    expired: () => expired,
    remainingMs: () => timeoutMs - (performance.now() - startedAt),
    stop: () => {
      clearTimeout(timer);
      unsubscribe?.();
    },
  };
}

/** The deadline of a call that sends several requests. */
export interface Deadline<Options extends CallOptions = CallOptions> {
  /** The options of the call's next request: `timeoutMs` is the remaining time. */
  readonly remaining: () => Options | { readonly timeoutMs: number } | undefined;
}

/**
 * Starts the deadline of a call that sends several requests.
 *
 * @param defaultMs - the deadline of a call without the option `timeoutMs`, in milliseconds. Absent: the manager's deadline for each request
 */
export function startDeadline<Options extends CallOptions>(
  options: Options | undefined,
  defaultMs?: number,
): Deadline<Options> {
  const startedAt = performance.now();
  const timeoutMs = options?.timeoutMs ?? defaultMs;
  // Invalid options are returned unchanged: the request rejects them.
  const valid = options === undefined || isObject(options);
  if (!valid || typeof timeoutMs !== "number" || timeoutMs < 1) return { remaining: () => options };
  return {
    remaining: () => ({ ...options, timeoutMs: Math.max(1, Math.ceil(timeoutMs - (performance.now() - startedAt))) }),
  };
}

const longestReadBackMs = 10_000;

/**
 * The options of a request that reads a resource back after a successful change. The caller may wait for a secret, so the request has
 * the remaining time of the deadline, and at most 10 seconds.
 */
export function readBackOptions(options: CallOptions | undefined): CallOptions {
  return { ...options, timeoutMs: Math.min(options?.timeoutMs ?? longestReadBackMs, longestReadBackMs) };
}
