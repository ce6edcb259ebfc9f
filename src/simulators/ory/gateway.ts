import { type Admission, createLimiter } from "../core/rate-limits.js";
import type { Now } from "../core/time.js";
import { nested } from "./errors.js";

/** The rate limit buckets of Ory Network. Several endpoints share one bucket. */
export type OryRateLimitBucket =
  | "hydra-admin-low"
  | "hydra-admin-medium"
  | "hydra-admin-high"
  | "hydra-public-low"
  | "hydra-public-medium"
  | "hydra-public-high";

/** The limits of one bucket. */
export interface OryRateLimit {
  /** Requests in sixty seconds. */
  readonly perMinute: number;
  /** Requests in one second. */
  readonly perSecond: number;
}

/** A plan of Ory Network. `staging` applies to every environment of a paid plan except production. */
export type OryPlan = "developer" | "production" | "growth" | "enterprise" | "staging";

type Limits = Readonly<Record<OryRateLimitBucket, OryRateLimit>>;

const plan = (...[low, medium, high, publicLow, publicMedium, publicHigh]: readonly (readonly [number, number])[]): Limits => {
  const limit = ([perMinute, perSecond]: readonly [number, number] = [0, 0]) => ({ perMinute, perSecond });
  return {
    "hydra-admin-low": limit(low),
    "hydra-admin-medium": limit(medium),
    "hydra-admin-high": limit(high),
    "hydra-public-low": limit(publicLow),
    "hydra-public-medium": limit(publicMedium),
    "hydra-public-high": limit(publicHigh),
  };
};

/** Requests per minute and per second, in the order of `OryRateLimitBucket` (Ory's rate limit policy of July 2026). */
const plans: Readonly<Record<OryPlan, Limits>> = {
  developer: plan([15, 5], [15, 5], [80, 5], [15, 5], [125, 6], [70, 5]),
  production: plan([35, 5], [30, 5], [175, 8], [45, 5], [375, 16], [225, 10]),
  growth: plan([350, 15], [60, 5], [4300, 173], [150, 7], [1200, 49], [700, 29]),
  enterprise: plan([700, 29], [125, 6], [8750, 351], [450, 19], [3600, 145], [2100, 85]),
  staging: plan([30, 5], [30, 5], [175, 8], [30, 5], [250, 11], [150, 7]),
};

/** The limits of a plan, or other limits. A bucket without limits is not limited. */
export type OryRateLimits = OryPlan | Partial<Limits>;

/**
 * Creates the rate limiter of the gateway. It returns the header fields for the response, and a 429 response when the limit is reached:
 * without content, without `Retry-After`, and with the reset 0 for a burst.
 */
export function createRateLimits(
  limits: OryRateLimits,
  now: Now,
): (bucket: OryRateLimitBucket) => { readonly exhausted?: Response; readonly fields: readonly (readonly [string, string])[] } {
  const selected: Partial<Limits> = typeof limits === "string" ? plans[limits] : limits;
  const counters = new Map(
    (Object.entries(selected) as [OryRateLimitBucket, OryRateLimit][]).map(([bucket, { perSecond, perMinute }]) => {
      const windows = [
        { limit: perSecond, seconds: 1 },
        { limit: perMinute, seconds: 60 },
      ];
      return [bucket, createLimiter(windows, now)] as const;
    }),
  );
  return (bucket) => {
    const admission = counters.get(bucket)?.();
    if (!admission) return { fields: [] };
    const fields = fieldsOf(admission);
    if (admission.admitted) return { fields };
    return { exhausted: new Response(null, { status: 429 }), fields };
  };
}

/** One value per window. */
function fieldsOf({ admitted, windows }: Admission): [string, string][] {
  const [burst, sustained] = windows;
  if (!burst || !sustained) return [];
  const limit = `${burst.limit}, ${burst.limit};w=${burst.seconds}, ${sustained.limit};w=${sustained.seconds}`;
  // The window of a burst is one second, which is rounded down to 0.
  const sustainedReset = !admitted && sustained.remaining > 0 ? 0 : sustained.resetSeconds;
  return [
    ["x-ratelimit-limit", limit],
    ["x-ratelimit-remaining", String(burst.remaining)],
    ["x-ratelimit-remaining", String(sustained.remaining)],
    ["x-ratelimit-reset", "0"],
    ["x-ratelimit-reset", String(sustainedReset)],
  ];
}

/** Creates the key check of the gateway. */
export function createKeyCheck(apiKey: string): (headers: Headers) => Response | undefined {
  return (headers) =>
    headers.get("authorization") === `Bearer ${apiKey}`
      ? undefined
      : nested(401, "Access credentials are invalid", "The request could not be authorized.");
}
