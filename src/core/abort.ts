import type { CallOptions } from "./manager.js";
import { isObject } from "./values.js";

/** Whether a value is an `AbortSignal`: also one of another realm or of a polyfill, which is not an instance of the platform's class. */
export function isAbortSignal(value: unknown): value is AbortSignal {
  return isObject(value) && typeof value.aborted === "boolean" && typeof value.addEventListener === "function";
}

/** The reason of an aborted signal. Signals of polyfills can lack it. */
export function abortReason({ reason = AbortSignal.abort().reason }: AbortSignal): unknown {
  return reason;
}

/**
 * Throws the reason of an aborted signal, also of one without `throwIfAborted`.
 * @throws the reason
 */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw abortReason(signal);
}

const nativeSignals = /* @__PURE__ */ new WeakMap<AbortSignal, AbortSignal>();

/**
 * The platform's signal for a signal of another realm or of a polyfill: the platform's `fetch` and `AbortSignal.any` reject those, and
 * polyfills can lack `reason` and `throwIfAborted`.
 */
export function toNativeSignal(signal: AbortSignal): AbortSignal {
  if ((signal as unknown) instanceof AbortSignal) return signal;
  let native = nativeSignals.get(signal);
  if (!native) {
    const controller = new AbortController();
    native = controller.signal;
    nativeSignals.set(signal, native);
    const abort = () => controller.abort(signal.reason);
    if (signal.aborted) abort();
    else signal.addEventListener("abort", abort);
  }
  return native;
}

class AbortCallbacks extends Set<() => void> {
  // A function, because signals of polyfills call no listener objects.
  readonly listener = () => {
    for (const callback of this) callback();
  };
}

const callbacksOf = /* @__PURE__ */ new WeakMap<AbortSignal, AbortCallbacks>();

/**
 * Calls a function with the signal's reason when the signal aborts, and at once when it has aborted before. All calls that share a signal
 * share one listener: Node warns from eleven listeners on.
 * @returns a function that removes the callback, and with the last callback the listener
 */
function onAbort(signal: AbortSignal, callback: (reason: unknown) => void): () => void {
  const notify = () => callback(abortReason(signal));
  if (signal.aborted) {
    notify();
    return () => undefined;
  }
  const callbacks = callbacksOf.get(signal) ?? new AbortCallbacks();
  // Some polyfills call a listener twice that was added twice.
  if (callbacks.size === 0) signal.addEventListener("abort", callbacks.listener);
  callbacksOf.set(signal, callbacks.add(notify));
  return () => {
    callbacks.delete(notify);
    if (callbacks.size === 0) signal.removeEventListener("abort", callbacks.listener);
  };
}

/** Settles as `work` does, or rejects with the signal's reason as soon as it aborts. `work` continues either way. */
export function race<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const unsubscribe = onAbort(signal, reject);
    work.then(resolve, reject).finally(unsubscribe);
  });
}

/** Waits for a delay. Rejects with the signal's reason as soon as it aborts. */
export async function sleep(ms: number, signal: AbortSignal | undefined): Promise<void> {
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

/**
 * How much later than its deadline a request counts as lost, in milliseconds. The wall clock decides, because some runtimes stop a request
 * without an error, and with it its timers.
 */
export const lossMarginMs = 1_000;

/**
 * Shares one run of `work` among its concurrent callers. A run that has not ended after its deadline is lost, and the next caller starts
 * another one.
 *
 * @param timeoutMs - the deadline of `work`, in milliseconds
 */
export function shareInFlight<T>(work: () => Promise<T>, timeoutMs: number): () => Promise<T> {
  let inFlight: { readonly promise: Promise<T>; readonly endsBefore: number } | undefined;
  return () => {
    if (inFlight && Date.now() <= inFlight.endsBefore) return inFlight.promise;
    const promise = work().finally(() => {
      if (inFlight?.promise === promise) inFlight = undefined;
    });
    inFlight = { promise, endsBefore: Date.now() + timeoutMs + lossMarginMs };
    return promise;
  };
}

/** A running timeout. */
export interface Timer {
  /** Aborts when the time is over, or when the caller's signal aborts, with the same reason. */
  readonly signal: AbortSignal;
  /** Whether the time is over. An abort by the caller does not count. */
  readonly expired: () => boolean;
  /** The remaining time, in milliseconds. */
  readonly remainingMs: () => number;
  /** Stops the timer and removes the listener from the caller's signal. Both happen at the end of the time or at an abort, too. */
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
  let unsubscribe: (() => void) | undefined;
  const stop = () => {
    clearTimeout(timer);
    unsubscribe?.();
  };
  const abort = (reason: unknown) => {
    stop();
    controller.abort(reason);
    onEnd?.(controller.signal.reason);
  };
  const timer = setTimeout(() => {
    expired = true;
    abort(timeoutReason?.());
  }, timeoutMs);
  unsubscribe = caller && onAbort(caller, abort);
  return {
    signal: controller.signal,
    expired: () => expired,
    remainingMs: () => timeoutMs - (performance.now() - startedAt),
    stop,
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
