import { createLimiter, type WindowState } from "../core/rate-limits.js";
import type { SimulatorDefinition } from "../core/simulator.js";
import type { Now } from "../core/time.js";
import { ErrorResponse, json, tooManyRequests } from "./errors.js";
import type { GenesysOperationId, GenesysOrigin, GenesysSimulatorOptions } from "./options.js";
import type { TokenEndpoint } from "./tokens.js";

type Around = NonNullable<SimulatorDefinition<GenesysOperationId, GenesysOrigin>["middleware"]>;

/** Where the correlation id of an answer is. */
export const correlationHeader = "inin-correlation-id";

const limitKey = "client.credentials.token.rate.per.minute";

/**
 * Makes what stands before both hosts: it gives every answer a correlation id, asks for a token at the API, and counts the
 * requests of each token. Every call but one starts the idle time of its token anew.
 */
export function createGateway(tokenEndpoint: TokenEndpoint, rateLimit: GenesysSimulatorOptions["rateLimit"], now: Now): Around {
  const count = createCounter(rateLimit, now);
  return async (call, operationId, next) => {
    const correlationId = crypto.randomUUID();
    let fields: readonly (readonly [string, string])[] = [];
    let response: Response;
    try {
      if (call.origins.includes("api") && call.url.pathname.startsWith("/api/")) {
        const keepsIdle = operationId === "getTokensMe" && call.url.searchParams.get("preserveIdleTTL") === "true";
        fields = count(tokenEndpoint.authenticate(call.headers, keepsIdle).token);
      }
      response = await next();
    } catch (error) {
      if (!(error instanceof ErrorResponse)) throw error;
      response = json(error.status, error.write(correlationId), error.headers);
    }
    for (const [name, value] of fields) response.headers.set(name, value);
    response.headers.set(correlationHeader, correlationId);
    return response;
  };
}

/** Returns header fields, or throws. A refused request has none of them: the vendor shows them with successes. */
function createCounter(
  rateLimit: GenesysSimulatorOptions["rateLimit"],
  now: Now,
): (token: string) => readonly (readonly [string, string])[] {
  if (!rateLimit) return () => [];
  const limit = rateLimit.perMinute ?? 300;
  const limiters = new Map<string, ReturnType<typeof createLimiter>>();
  return (token) => {
    const limiter = limiters.get(token) ?? createLimiter([{ limit, seconds: 60 }], now);
    limiters.set(token, limiter);
    const { admitted, windows } = limiter();
    const { remaining, resetSeconds } = windows[0] as WindowState;
    if (!admitted) throw tooManyRequests(resetSeconds, { key: limitKey, value: limit });
    return [
      ["inin-ratelimit-count", String(limit - remaining)],
      ["inin-ratelimit-allowed", String(limit)],
      ["inin-ratelimit-reset", String(resetSeconds)],
    ];
  };
}
