import type { CallOptions } from "./manager.js";
import { isObject } from "./values.js";

/** Settles as `work` does, or rejects with the signal's own reason as soon as it aborts. `work` goes on either way. */
export function race<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const leave = () => reject(signal.reason);
    if (signal.aborted) leave();
    signal.addEventListener("abort", leave, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", leave));
  });
}

/** Waits. Rejects with the signal's own reason as soon as it aborts. */
export async function sleep(ms: number, signal: AbortSignal | undefined): Promise<void> {
  signal?.throwIfAborted();
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", leave);
      resolve();
    }, ms);
    const leave = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    signal?.addEventListener("abort", leave, { once: true });
  });
}

/** The deadline of a call that sends several requests. */
export interface Deadline<Options extends CallOptions = CallOptions> {
  /** The options of the call's next request: `timeoutMs` is the time that remains. */
  readonly remaining: () => Options | { readonly timeoutMs: number } | undefined;
}

/**
 * Starts the clock of a call that takes several requests. Each request is given what is left of the call's deadline.
 *
 * @param ownMs - the deadline of a call that names none, in milliseconds. Absent: each request then has the manager's own
 */
export function startDeadline<Options extends CallOptions>(options: Options | undefined, ownMs?: number): Deadline<Options> {
  const began = performance.now();
  const timeoutMs = options?.timeoutMs ?? ownMs;
  // What cannot work stays as it is, for the request to refuse.
  const fits = options === undefined || isObject(options);
  if (!fits || typeof timeoutMs !== "number" || timeoutMs < 1) return { remaining: () => options };
  return { remaining: () => ({ ...options, timeoutMs: Math.max(1, Math.ceil(timeoutMs - (performance.now() - began))) }) };
}

// In milliseconds.
const longestLookMs = 10_000;

/**
 * The options of a look at what is done already. Whatever comes of it, the call has succeeded, and its caller may be waiting for a
 * secret: it gets what is left of the deadline, and not more than 10 seconds.
 */
export function readBackOptions(options: CallOptions | undefined): CallOptions {
  return { ...options, timeoutMs: Math.min(options?.timeoutMs ?? longestLookMs, longestLookMs) };
}
