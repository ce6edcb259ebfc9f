import { sleep, type Timer } from "../abort.js";

/** How requests are retried. */
export interface RetryOptions {
  /**
   * The most retries of one call. 0 disables them.
   * @default 5
   */
  readonly maxRetries?: number;
  /**
   * The minimum delay before the first retry, in milliseconds. Doubles with each further retry.
   * @default 1_000
   */
  readonly initialDelayMs?: number;
  /**
   * The longest single delay, jitter included, in milliseconds. When the server requires a longer delay, the call fails at once and
   * `retryAfterMs` of the error is that delay.
   * @default 60_000
   */
  readonly maxDelayMs?: number;
}

/** The options with their defaults. */
export type RetryPolicy = Required<RetryOptions>;

export const defaultRetry: RetryPolicy = { maxRetries: 5, initialDelayMs: 1_000, maxDelayMs: 60_000 };

/** The step after an attempt. */
export type NextStep =
  /** The result is final. */
  | "stop"
  /** Attempt again at once. It does not count as a retry. */
  | "again"
  /** Attempt again after a delay, as long as the policy and the deadline allow. */
  | {
      /** The delay that the server requires, in milliseconds. */
      readonly retryAfterMs: number | undefined;
    };

/**
 * Runs one attempt after another until a result is final: the only retry loop of the library.
 *
 * @param attempt - sends one request and classifies its result
 * @param nextStep - the step after a result
 * @param timer - the deadline of all attempts together. A delay that does not end before it is not started
 */
export async function attemptUntilFinal<Result>(
  attempt: () => Promise<Result>,
  nextStep: (result: Result) => NextStep,
  policy: RetryPolicy,
  timer: Timer,
): Promise<Result> {
  for (let retries = 0; ; ) {
    const result = await attempt();
    const step = nextStep(result);
    if (step === "stop") return result;
    if (step === "again") continue;
    if (retries >= policy.maxRetries) return result;
    const delayMs = retryDelay(++retries, step.retryAfterMs, policy);
    if (delayMs === undefined || delayMs >= timer.remainingMs()) return result;
    try {
      await sleep(delayMs, timer.signal);
    } catch {
      return result;
    }
  }
}

/**
 * The delay before a retry, in milliseconds. `undefined` when the server requires more than the longest delay.
 *
 * The exponential step is the minimum and the server's `Retry-After` can only lengthen it: some vendors state a reset in 0 seconds for
 * their shortest window while the limit of a longer window is exceeded too. Jitter only lengthens it, for the same reason.
 *
 * @param retry - 1 before the first retry
 */
export function retryDelay(
  retry: number,
  retryAfterMs = 0,
  { initialDelayMs, maxDelayMs }: RetryPolicy,
  random: () => number = Math.random,
): number | undefined {
  if (retryAfterMs > maxDelayMs) return undefined;
  // 2 ** 31 milliseconds are above every maximum. Without this bound, Infinity times an initial delay of 0 would be NaN.
  const minimum = Math.min(initialDelayMs * 2 ** Math.min(retry - 1, 31), maxDelayMs);
  return Math.min(Math.max(minimum, retryAfterMs) + minimum * 0.5 * random(), maxDelayMs);
}

const httpDate = /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? /;

/**
 * Reads `Retry-After` (RFC 9110 section 10.2.3) as milliseconds: seconds, or a date. A date is compared with the response's
 * `Date`, so a wrong local clock has no effect. Of several numbers, which proxies can send, the longest is used. `undefined` for any
 * other value.
 */
export function readRetryAfter(headers: Headers, nowMs = Date.now()): number | undefined {
  // A missing header is read as "null", which is invalid.
  const value = String(headers.get("retry-after"));
  if (/^\d+(\.\d+)?(\s*,\s*\d+(\.\d+)?)*$/.test(value)) return toMs(value.split(","));
  const waitMs = readDate(value) - (readDate(String(headers.get("date"))) || nowMs);
  return Number.isNaN(waitMs) ? undefined : Math.max(0, waitMs);
}

const longestHeader = 1_000;

/**
 * Reads the headers in which a vendor states the seconds until its rate limits are reset, as milliseconds. A header can have several
 * values, one for each limit: the longest is used. Only the first 1,000 characters are read.
 */
export function readReset(headers: Headers, names: readonly string[]): number | undefined {
  const seconds = names
    .flatMap((name) => String(headers.get(name)).slice(0, longestHeader).split(","))
    .map((value) => /^\s*(\d+(?:\.\d+)?)\s*(?:;.*)?$/.exec(value)?.[1])
    .filter((value) => value !== undefined);
  return seconds.length === 0 ? undefined : toMs(seconds);
}

function toMs(seconds: readonly string[]): number {
  // A number with very many digits is Infinity, which JSON cannot represent.
  return Math.min(Math.max(...seconds.map(Number)) * 1_000, Number.MAX_SAFE_INTEGER);
}

function readDate(value: string): number {
  if (!httpDate.test(value)) return Number.NaN;
  // The oldest of the three forms has no time zone and would be parsed as local time.
  return Date.parse(/ (GMT|UTC|[+-]\d)/.test(value) ? value : `${value} GMT`);
}
