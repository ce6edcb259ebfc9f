import { defaultRetry, type RetryOptions, type RetryPolicy } from "./http/retry.js";
import { createLimiter, type Limiter, type Limits } from "./limits.js";
import type { CallOptions } from "./manager.js";
import { ifDefined } from "./values.js";

/** What every manager's factory takes besides its vendor's own options. */
export interface TransportOptions {
  /**
   * Sends each request, for proxies, tracing, client certificates and tests. It is called with `(url, init)` and has to obey
   * `redirect: "manual"`.
   * @default the global `fetch`, looked up at each call
   */
  readonly fetch?: typeof fetch;
  /**
   * Deadline of each call with all its repeats, in milliseconds.
   * @default 120_000
   */
  readonly timeoutMs?: number;
  /** How calls are repeated. Creating and rotating are never repeated blindly, whatever is said here. */
  readonly retry?: RetryOptions;
  /** What the manager allows itself, so that many calls at once do not run into the vendor's limits. */
  readonly limits?: Limits;
}

/** The options that all factories share, with their defaults filled in. */
export interface Transport {
  readonly fetch: typeof fetch | undefined;
  readonly timeoutMs: number;
  readonly retry: RetryPolicy;
  readonly limiter: Limiter;
}

/** The manager's `fetch` and the options of a call, as a token request takes them. */
export function toTokenTransport(fetch: TransportOptions["fetch"], { signal, timeoutMs }: CallOptions = {}) {
  return {
    ...ifDefined("fetch", fetch),
    ...ifDefined("signal", signal),
    ...ifDefined("timeoutMs", timeoutMs),
  };
}

type Loose<T> = { readonly [K in keyof T]?: T[K] | undefined };

/** Fills in the defaults. Called once for each manager, so that all it sends shares one limiter. */
export function readTransport(
  options: Loose<Omit<TransportOptions, "retry" | "limits">> & {
    readonly retry?: Loose<RetryOptions> | undefined;
    readonly limits?: Loose<Limits> | undefined;
  },
): Transport {
  const { maxRetries, initialDelayMs, maxDelayMs } = options.retry ?? {};
  return {
    fetch: options.fetch,
    timeoutMs: options.timeoutMs ?? 120_000,
    retry: {
      maxRetries: maxRetries ?? defaultRetry.maxRetries,
      initialDelayMs: initialDelayMs ?? defaultRetry.initialDelayMs,
      maxDelayMs: maxDelayMs ?? defaultRetry.maxDelayMs,
    },
    limiter: createLimiter(options.limits),
  };
}
