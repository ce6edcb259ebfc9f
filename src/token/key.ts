import type { TokenRequest } from "../core/credentials.js";

/**
 * Serializes everything but the credentials that distinguishes one token request from another. The order of scopes, audiences,
 * resources and parameters does not matter. The request has to be valid.
 */
export function requestKey(request: TokenRequest): string {
  const {
    tokenEndpoint,
    clientId,
    clientAuthentication,
    grant,
    scopes = [],
    audience = [],
    resource = [],
    parameters = {},
  } = request;
  return JSON.stringify([
    new URL(tokenEndpoint).href,
    clientId,
    clientAuthentication.method,
    ...[scopes, audience, resource].map((list) => [...new Set([list].flat().filter(Boolean))].sort()),
    Object.entries(parameters)
      .filter(([, value]) => value)
      .sort(),
    grant?.cacheKey(),
  ]);
}
