/** How calls are repeated. */
export interface RetryOptions {
  /**
   * The most repeats of one call. 0 turns them off.
   * @default 5
   */
  readonly maxRetries?: number;
  /**
   * The least wait before the first repeat, in milliseconds. Doubles with each further one.
   * @default 1_000
   */
  readonly initialDelayMs?: number;
  /**
   * The longest single wait, jitter included, in milliseconds. When the vendor asks for more, the call fails at once and its
   * error says how long.
   * @default 60_000
   */
  readonly maxDelayMs?: number;
}

/** The policy with its defaults filled in. */
export type RetryPolicy = Required<RetryOptions>;

export const defaultRetry: RetryPolicy = { maxRetries: 5, initialDelayMs: 1_000, maxDelayMs: 60_000 };

/**
 * How long to wait before a repeat, in milliseconds; `undefined` when the vendor asks for more than the cap.
 *
 * The exponential step is the floor and the vendor's hint can only lengthen it: some vendors announce a reset in 0 seconds for
 * their shortest window while a longer one is just as empty. Jitter only adds, for the same reason.
 *
 * @param attempt - 1 before the first repeat
 */
export function waitBefore(
  attempt: number,
  hintMs: number | undefined,
  policy: RetryPolicy,
  random: () => number = Math.random,
): number | undefined {
  if (hintMs !== undefined && hintMs > policy.maxDelayMs) return undefined;
  // Beyond this the step is over any cap, and infinity times a step of 0 would be no number.
  const doublings = Math.min(attempt - 1, 31);
  const floor = Math.min(policy.initialDelayMs * 2 ** doublings, policy.maxDelayMs);
  return Math.min(Math.max(floor, hintMs ?? 0) + floor * 0.5 * random(), policy.maxDelayMs);
}

const httpDate = /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? /;

/**
 * Reads `Retry-After` (RFC 9110 section 10.2.3) as milliseconds: seconds, or a date. A date is read against the answer's own
 * `Date`, so a wrong clock here does no harm. Of several numbers, which a proxy may leave behind, the longest counts.
 * `undefined` for anything else.
 */
export function readRetryAfter(headers: Headers, nowMs = Date.now()): number | undefined {
  const value = headers.get("retry-after")?.trim();
  if (!value) return undefined;
  if (/^\d+(\.\d+)?(\s*,\s*\d+(\.\d+)?)*$/.test(value)) return toMs(value.split(","));
  const waitMs = readDate(value) - (readDate(headers.get("date") ?? "") || nowMs);
  return Number.isNaN(waitMs) ? undefined : Math.max(0, waitMs);
}

/**
 * Reads the headers in which a vendor says after how many seconds its limits are whole again, as milliseconds. A header may hold
 * several values, one for each limit: the longest counts.
 */
export function readReset(headers: Headers, names: readonly string[]): number | undefined {
  const seconds = names
    .flatMap((name) => headers.get(name)?.split(",") ?? [])
    .map((value) => /^\s*(\d+(?:\.\d+)?)\s*(?:;.*)?$/.exec(value)?.[1])
    .filter((value) => value !== undefined);
  return seconds.length === 0 ? undefined : toMs(seconds);
}

function toMs(seconds: readonly string[]): number {
  // Infinity, which enough digits make, is nothing that JSON can carry.
  return Math.min(Math.max(...seconds.map(Number)) * 1_000, Number.MAX_SAFE_INTEGER);
}

function readDate(value: string): number {
  if (!httpDate.test(value)) return Number.NaN;
  // The oldest of the three forms names no zone, and without one it would be read as local time.
  return Date.parse(/ (GMT|UTC|[+-]\d{4})$/.test(value) ? value : `${value} GMT`);
}
