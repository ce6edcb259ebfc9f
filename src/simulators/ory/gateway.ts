import { type Admission, createLimiter } from "../core/rate-limits.js";
import type { Now } from "../core/time.js";
import { nested } from "./errors.js";

/** The buckets that Ory Network counts requests in, each shared by all its endpoints. */
export type OryRateLimitBucket =
  | "hydra-admin-low"
  | "hydra-admin-medium"
  | "hydra-admin-high"
  | "hydra-public-low"
  | "hydra-public-medium"
  | "hydra-public-high";

/** What one bucket allows. */
export interface OryRateLimit {
  /** Requests in sixty seconds. */
  readonly perMinute: number;
  /** Requests in one second. */
  readonly perSecond: number;
}

/** A plan of Ory Network. `staging` stands for every environment of a paid plan that is not production. */
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

/** Requests a minute and a second, in the order of `OryRateLimitBucket` (Ory's rate limit policy of July 2026). */
const plans: Readonly<Record<OryPlan, Limits>> = {
  developer: plan([15, 5], [15, 5], [80, 5], [15, 5], [125, 6], [70, 5]),
  production: plan([35, 5], [30, 5], [175, 8], [45, 5], [375, 16], [225, 10]),
  growth: plan([350, 15], [60, 5], [4300, 173], [150, 7], [1200, 49], [700, 29]),
  enterprise: plan([700, 29], [125, 6], [8750, 351], [450, 19], [3600, 145], [2100, 85]),
  staging: plan([30, 5], [30, 5], [175, 8], [30, 5], [250, 11], [150, 7]),
};

/** Which limits to hold callers to: those of a plan, or some of one's own. Buckets that are not named are not limited. */
export type OryRateLimits = OryPlan | Partial<Limits>;

/**
 * Makes the part of the gateway that counts. It lets a request pass and returns the header fields to add to its answer, or
 * answers 429 itself: no content, no `Retry-After`, and for a burst a reset of 0.
 */
export function createRateLimits(
  limits: OryRateLimits,
  now: Now,
): (bucket: OryRateLimitBucket) => { readonly exhausted?: Response; readonly fields: readonly (readonly [string, string])[] } {
  const chosen: Partial<Limits> = typeof limits === "string" ? plans[limits] : limits;
  const counters = new Map(
    (Object.entries(chosen) as [OryRateLimitBucket, OryRateLimit][]).map(([bucket, { perSecond, perMinute }]) => {
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

/** One value per window, so that whoever reads the first one alone is misled. */
function fieldsOf({ admitted, windows }: Admission): [string, string][] {
  const [burst, sustained] = windows;
  if (!burst || !sustained) return [];
  const limit = `${burst.limit}, ${burst.limit};w=${burst.seconds}, ${sustained.limit};w=${sustained.seconds}`;
  // A burst is over within the second, which is rounded down to nothing.
  const sustainedReset = !admitted && sustained.remaining > 0 ? 0 : sustained.resetSeconds;
  return [
    ["x-ratelimit-limit", limit],
    ["x-ratelimit-remaining", String(burst.remaining)],
    ["x-ratelimit-remaining", String(sustained.remaining)],
    ["x-ratelimit-reset", "0"],
    ["x-ratelimit-reset", String(sustainedReset)],
  ];
}

/** Makes the part of the gateway that asks for the key on every admin path. */
export function createKeyCheck(apiKey: string): (headers: Headers) => Response | undefined {
  return (headers) =>
    headers.get("authorization") === `Bearer ${apiKey}`
      ? undefined
      : nested(401, "Access credentials are invalid", "The request could not be authorized.");
}
