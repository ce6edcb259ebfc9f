import type { CallOptions } from "../core/manager.js";

/** Starts the clock of a call that takes several requests. Each request is given what is left of the call's deadline. */
export function startDeadline<Options extends CallOptions>(
  options: Options | undefined,
): () => Options | { readonly timeoutMs: number } | undefined {
  const began = performance.now();
  return () =>
    options?.timeoutMs === undefined
      ? options
      : { ...options, timeoutMs: Math.max(1, Math.ceil(options.timeoutMs - (performance.now() - began))) };
}
