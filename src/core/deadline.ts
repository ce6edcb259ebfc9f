import type { CallOptions } from "./manager.js";
import { isObject } from "./values.js";

/**
 * Starts the clock of a call that takes several requests. Each request is given what is left of the call's deadline.
 *
 * @param ownMs - the deadline of a call that names none, in milliseconds. Absent: each request then has the manager's own
 */
export function startDeadline<Options extends CallOptions>(
  options: Options | undefined,
  ownMs?: number,
): () => Options | { readonly timeoutMs: number } | undefined {
  const began = performance.now();
  const timeoutMs = options?.timeoutMs ?? ownMs;
  // What cannot work stays as it is, for the request to refuse.
  const fits = options === undefined || isObject(options);
  if (!fits || typeof timeoutMs !== "number" || timeoutMs < 1) return () => options;
  return () => ({ ...options, timeoutMs: Math.max(1, Math.ceil(timeoutMs - (performance.now() - began))) });
}

// In milliseconds.
const longestLookMs = 10_000;

/**
 * The options of a look at what is done already. Whatever comes of it, the call has succeeded, and its caller may be waiting for a
 * secret: it gets what is left of the deadline, and not more than 10 seconds.
 */
export function shortly(options: CallOptions | undefined): CallOptions {
  return { ...options, timeoutMs: Math.min(options?.timeoutMs ?? longestLookMs, longestLookMs) };
}
