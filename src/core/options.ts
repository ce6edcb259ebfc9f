import { defaultRetry, type RetryOptions, type RetryPolicy } from "./http/retry.js";
import { createLimiter, type Limiter, type Limits } from "./limits.js";
import type { CallOptions } from "./manager.js";
import { ifDefined } from "./values.js";

/** The options of every manager, besides those of its vendor. */
export interface TransportOptions {
  /**
   * Sends each request, for proxies, tracing, client certificates and tests. It is called with `(url, init)` and must support
   * `redirect: "manual"`.
   * @default the global `fetch`, read at each call
   */
  readonly fetch?: typeof fetch;
  /**
   * Deadline of each call with all its retries, in milliseconds.
   * @default 120_000
   */
  readonly timeoutMs?: number;
  /** How calls are retried. `create` and `rotateSecret` are retried only when the previous attempt was certainly not applied. */
  readonly retry?: RetryOptions;
  /**
   * Host names, without port, to which requests may be sent over `http:`, for example `hydra-admin.auth.svc.cluster.local` inside of a
   * cluster. Credentials and secrets are readable on the network there. Loopback addresses are always allowed. Environment:
   * `OAUTH_CLIENTS_ALLOW_INSECURE_HTTP`, names with commas between them.
   * @default none
   */
  readonly allowInsecureHttp?: readonly string[];
  /** The manager's own limits, which keep many concurrent calls below the vendor's rate limits. */
  readonly limits?: Limits;
}

/** The shared options of all factories, with defaults. */
interface Transport {
  readonly fetch: typeof fetch | undefined;
  readonly allowInsecureHttp: readonly string[] | undefined;
  readonly timeoutMs: number;
  readonly retry: RetryPolicy;
  readonly limiter: Limiter;
}

/** The transport of a manager and the options of a call, in the form of a token request's options. */
export function toTokenTransport(
  { fetch, allowInsecureHttp }: Loose<Pick<TransportOptions, "fetch" | "allowInsecureHttp">>,
  { signal, timeoutMs }: CallOptions = {},
) {
  return {
    ...ifDefined("fetch", fetch),
    ...ifDefined("allowInsecureHttp", allowInsecureHttp),
    ...ifDefined("signal", signal),
    ...ifDefined("timeoutMs", timeoutMs),
  };
}

type Loose<T> = { readonly [K in keyof T]?: T[K] | undefined };

/** Adds the defaults. It is called once for each manager, so that all its requests share one limiter. */
export function readTransport(
  options: Loose<Omit<TransportOptions, "retry" | "limits">> & {
    readonly retry?: Loose<RetryOptions> | undefined;
    readonly limits?: Loose<Limits> | undefined;
  },
): Transport {
  const { maxRetries, initialDelayMs, maxDelayMs } = options.retry ?? {};
  return {
    fetch: options.fetch,
    allowInsecureHttp: options.allowInsecureHttp,
    timeoutMs: options.timeoutMs ?? 120_000,
    retry: {
      maxRetries: maxRetries ?? defaultRetry.maxRetries,
      initialDelayMs: initialDelayMs ?? defaultRetry.initialDelayMs,
      maxDelayMs: maxDelayMs ?? defaultRetry.maxDelayMs,
    },
    limiter: createLimiter(options.limits),
  };
}

/** Reads the options of every manager that have a variable. */
export function transportFromEnv(
  env: Readonly<Record<string, string | undefined>>,
): Pick<TransportOptions, "allowInsecureHttp"> {
  const hosts = env.OAUTH_CLIENTS_ALLOW_INSECURE_HTTP?.trim();
  return hosts ? { allowInsecureHttp: hosts.split(",").map((host) => host.trim()) } : {};
}
