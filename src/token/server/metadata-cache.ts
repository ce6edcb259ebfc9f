import { race, shareInFlight, throwIfAborted } from "../../core/abort.js";
import type { RateLimitError } from "../../core/errors.js";
import { functionProblem } from "../checks.js";
import { discoverServer, validateDiscovery } from "./discovery.js";
import { durationProblem } from "./request.js";
import type { AuthorizationServer, MetadataCache, MetadataCacheOptions } from "./types.js";

// The least pause after a failed refresh.
const refreshPauseMs = 60_000;

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
  let refreshAt = 0;

  async function refresh(): Promise<AuthorizationServer> {
    const startedAt = now();
    try {
      current = await discoverServer(issuer, discovery);
      refreshAt = startedAt + maxAgeMs;
      return current;
    } catch (error) {
      if (current === undefined) throw error;
      const { retryAfterMs = 0 } = error as Partial<RateLimitError>;
      refreshAt = now() + Math.max(refreshPauseMs, retryAfterMs);
      onRenewalFailure?.(error);
      return current;
    }
  }

  const join = shareInFlight(refresh, discovery.timeoutMs ?? 10_000);

  return {
    async get({ signal } = {}) {
      throwIfAborted(signal);
      if (current !== undefined && now() < refreshAt) return current;
      return signal ? race(join(), signal) : join();
    },
    peek: () => current,
  };
}
