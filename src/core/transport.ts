import type { Limits } from "./limits.js";
import type { RetryOptions } from "./retry.js";

/** What every manager's factory takes besides its vendor's own options. */
export interface TransportOptions {
  /**
   * How requests are sent: for proxies, tracing, client certificates and tests. It is called with one `Request`.
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
