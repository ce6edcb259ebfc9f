import { findIssues, numberRule, throwIfIssues } from "../checks.js";
import { requestKey } from "../key.js";
import { createTokenSource } from "../source.js";
import type { TokenSource } from "../types.js";
import type { TokenCache, TokenCacheOptions } from "./types.js";

/**
 * Makes a cache of sources, for a program that needs many tokens: for several clients, tenants, scopes or resources. Preparing a
 * request is done once; what it takes does not grow with the number of sources.
 *
 * @throws {ConfigurationError} at once, when an option cannot work; `issues` names it
 */
export function createTokenCache({ maxSources = 1_000, ...options }: TokenCacheOptions = {}): TokenCache {
  throwIfIssues(findIssues({ maxSources }, { maxSources: numberRule(1) }));
  // The one that was asked for longest ago comes first.
  const sources = new Map<string, TokenSource>();
  const seed = crypto.getRandomValues(new Uint32Array(4));
  const identities = new WeakMap<object, number>();
  let count = 0;

  // Keyed, of 128 bits, and never out of this closure: a secret is told from another and kept nowhere.
  function digest(material: string): string {
    const state = seed.slice() as Uint32Array & [number, number, number, number];
    for (let index = 0; index < material.length * 4 + 16; index++) {
      const lane = index & 3;
      const next = state[(index + 1) & 3]!;
      state[lane] = Math.imul(state[lane]! ^ (material.charCodeAt(index >> 2) || index) ^ (next >>> 13), 0x9e3779b1 + lane * 2);
    }
    return state.join();
  }

  function identity(object: object): number {
    if (!identities.has(object)) identities.set(object, ++count);
    return identities.get(object)!;
  }

  return {
    source: (request) => {
      const made = createTokenSource(request, options);
      const { clientAuthentication } = request;
      const key = requestKey(request) + (clientAuthentication.fingerprint?.(digest) ?? identity(clientAuthentication));
      const source = sources.get(key) ?? made;
      sources.delete(key);
      sources.set(key, source);
      for (const oldest of sources.keys()) {
        if (sources.size <= maxSources) break;
        sources.delete(oldest);
      }
      return source;
    },
    clear: () => sources.clear(),
  };
}
