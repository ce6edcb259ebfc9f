import { race } from "../../core/abort.js";
import { isObject } from "../../core/values.js";
import { functionProblem } from "../checks.js";
import { discoverServer, validateDiscovery } from "./discovery.js";
import { durationProblem } from "./request.js";
import type { AuthorizationServer, MetadataCache, MetadataCacheOptions } from "./types.js";

// The least pause after a failed refresh.
const refreshPauseMs = 60_000;
// How much later than its deadline a request can end.
const lateMs = 1_000;

/**
 * Creates a cache of the metadata of one authorization server. It sends nothing until `get` is called, and has no timer.
 *
 * @throws {ConfigurationError} at once, when the issuer or an option is invalid; `issues` names the field
 * @example
 * ```ts
 * import { createMetadataCache } from "oauth-clients/token/server";
 *
 * const metadata = createMetadataCache("https://login.example.com");
 * const { tokenEndpoint } = await metadata.get();
 * ```
 */
export function createMetadataCache(issuer: string, options: MetadataCacheOptions = {}): MetadataCache {
  const { now = () => performance.now(), maxAgeMs = 3_600_000, onRenewalFailure, ...discovery } = options;
  validateDiscovery(issuer, discovery, {
    maxAgeMs: durationProblem(maxAgeMs, "maxAgeMs"),
    now: functionProblem(now, "now"),
    onRenewalFailure: functionProblem(onRenewalFailure, "onRenewalFailure"),
  });
  let current: AuthorizationServer | undefined;
  let refreshAt = Number.NEGATIVE_INFINITY;
  // Some runtimes drop a request together with its timer: by the wall clock, it counts as lost after `endsBefore`.
  let inFlight: { readonly promise: Promise<AuthorizationServer>; readonly endsBefore: number } | undefined;

  async function refresh(): Promise<AuthorizationServer> {
    const startedAt = now();
    try {
      current = await discoverServer(issuer, discovery);
      refreshAt = startedAt + maxAgeMs;
      return current;
    } catch (error) {
      if (current === undefined) throw error;
      const retryAfterMs = isObject(error) && typeof error.retryAfterMs === "number" ? error.retryAfterMs : 0;
      refreshAt = now() + Math.max(refreshPauseMs, retryAfterMs);
      onRenewalFailure?.(error);
      return current;
    }
  }

  function startRefresh(): Promise<AuthorizationServer> {
    const promise = refresh().finally(() => {
      if (inFlight?.promise === promise) inFlight = undefined;
    });
    inFlight = { promise, endsBefore: Date.now() + (discovery.timeoutMs ?? 10_000) + lateMs };
    return promise;
  }

  return {
    async get({ signal } = {}) {
      signal?.throwIfAborted();
      if (current !== undefined && now() < refreshAt) return current;
      const promise = inFlight && Date.now() <= inFlight.endsBefore ? inFlight.promise : startRefresh();
      return signal ? race(promise, signal) : promise;
    },
    peek: () => current,
  };
}
