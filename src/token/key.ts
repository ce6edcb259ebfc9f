import type { TokenRequest } from "../core/credentials.js";

/**
 * Everything but the credentials that makes one token different from another, in a form that does not depend on order. For a request
 * that has been checked.
 */
export function requestKey(request: TokenRequest): string {
  const { tokenEndpoint, clientId, clientAuthentication, scopes = [], audience = [], resource = [], parameters = {} } = request;
  return JSON.stringify([
    new URL(tokenEndpoint).href,
    clientId,
    clientAuthentication.method,
    ...[scopes, audience, resource].map((list) => [...new Set([list].flat().filter(Boolean))].sort()),
    Object.entries(parameters)
      .filter(([, value]) => value)
      .sort(),
  ]);
}
