import type { TokenRequest } from "../core/credentials.js";
import { findIssues, numberRule, throwIfIssues } from "./checks.js";
import { createTokenSource } from "./source.js";
import type { TokenSource, TokenSourceOptions } from "./types.js";

/** Options of `createTokenCache`. */
export interface TokenCacheOptions extends TokenSourceOptions {
  /**
   * The maximum number of cached sources. The least recently requested source is removed first. Code that holds a removed source can
   * continue to use it.
   * @default 1_000
   */
  readonly maxSources?: number;
}

/** A cache of token sources, one for each distinct request. Logging it shows no secret. */
export interface TokenCache {
  /**
   * Returns the source of a request: the same source for an equal request. Two requests are equal when they have the same token
   * endpoint, client id, client authentication and parameters, and the same sets of scopes, audiences and resources. Keep the
   * returned source where possible: calling its `get` and `peek` is faster than finding it again.
   * @throws {ConfigurationError} the request is invalid; `issues` names the field
   */
  readonly source: (request: TokenRequest) => TokenSource;
  /** Removes every source, and with it the cached tokens. */
  readonly clear: () => void;
}

/**
 * Creates a cache of token sources, for a program that needs tokens for several clients, tenants, scopes or resources. Finding a
 * source takes the same time for one source and for thousands.
 *
 * @throws {ConfigurationError} at once, when an option is invalid; `issues` names it
 * @example
 * ```ts
 * import { clientSecretBasic, createTokenCache } from "oauth-clients/token";
 *
 * const cache = createTokenCache();
 * const tokensOf = (tenant: string) =>
 *   cache.source({
 *     tokenEndpoint: `https://${tenant}.example.com/oauth2/token`,
 *     clientId: "reports",
 *     clientAuthentication: clientSecretBasic(process.env.CLIENT_SECRET ?? ""),
 *   });
 * const { value } = await tokensOf("acme").get();
 * ```
 */
export function createTokenCache({ maxSources = 1_000, ...options }: TokenCacheOptions = {}): TokenCache {
  throwIfIssues(findIssues({ maxSources }, { maxSources: numberRule(1) }));
  // In order of use: the least recently requested source comes first. The keys contain secrets and never leave this function.
  const sources = new Map<string, TokenSource>();
  const identities = new WeakMap<object, number>();
  let lastIdentity = 0;

  function identityOf(object: object): number {
    const identity = identities.get(object) ?? ++lastIdentity;
    identities.set(object, identity);
    return identity;
  }

  return {
    source(request) {
      const newSource = createTokenSource(request, options);
      const { clientAuthentication } = request;
      // Compared by value: a strategy holds the same secret as the key, for the same time. Without a fingerprint, by identity.
      const fingerprint = clientAuthentication.fingerprint?.((material) => material) ?? identityOf(clientAuthentication);
      const key = requestKey(request) + fingerprint;
      const source = sources.get(key) ?? newSource;
      sources.delete(key);
      sources.set(key, source);
      for (const leastRecent of sources.keys()) {
        if (sources.size <= maxSources) break;
        sources.delete(leastRecent);
      }
      return source;
    },
    clear: () => sources.clear(),
  };
}

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
