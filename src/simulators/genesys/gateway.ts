import { createLimiter, type WindowState } from "../core/rate-limits.js";
import type { SimulatorDefinition } from "../core/simulator.js";
import type { Now } from "../core/time.js";
import { ErrorResponse, json, tooManyRequests } from "./errors.js";
import type { GenesysOperationId, GenesysOrigin, GenesysSimulatorOptions } from "./options.js";
import type { TokenEndpoint } from "./tokens.js";

type Around = NonNullable<SimulatorDefinition<GenesysOperationId, GenesysOrigin>["middleware"]>;

/** The header field with the correlation id of a response. */
export const correlationHeader = "inin-correlation-id";

const limitKey = "client.credentials.token.rate.per.minute";

/**
 * Creates the middleware of both hosts: it sets a correlation id, authenticates requests to the API, and counts the requests of each token.
 * Requests restart the idle time of their token, with one exception.
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

/** Returns the header fields, or throws 429. Error responses have none of these fields. */
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
