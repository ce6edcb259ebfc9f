import { race } from "../../core/abort.js";
import { functionProblem } from "../checks.js";
import { numberFault } from "./checks.js";
import { checkDiscovery, discoverServer } from "./discovery.js";
import type { AuthorizationServer, MetadataCache, MetadataCacheOptions } from "./types.js";

// The least pause after a renewal that failed.
const pauseMs = 60_000;

/**
 * Makes a source that keeps the metadata of one authorization server. It sends nothing until `get` is called, and has no timer.
 *
 * @throws {ConfigurationError} at once, when the issuer or an option cannot work; `issues` names the field
 */
export function createMetadataCache(issuer: string, options: MetadataCacheOptions = {}): MetadataCache {
  const { now: clock = () => performance.now(), maxAgeMs = 3_600_000, onRenewalFailure, ...discovery } = options;
  checkDiscovery(issuer, discovery, {
    maxAgeMs: numberFault(maxAgeMs, "maxAgeMs"),
    now: functionProblem(clock, "now"),
    onRenewalFailure: functionProblem(onRenewalFailure, "onRenewalFailure"),
  });
  let kept: AuthorizationServer | undefined;
  let renewAt = Number.NEGATIVE_INFINITY;
  let flight: Promise<AuthorizationServer> | undefined;

  async function renew(): Promise<AuthorizationServer> {
    const startedAt = clock();
    try {
      kept = await discoverServer(issuer, discovery);
      renewAt = startedAt + maxAgeMs;
      return kept;
    } catch (error) {
      if (kept === undefined) throw error;
      const { retryAfterMs = 0 } = (error ?? {}) as { readonly retryAfterMs?: number };
      renewAt = clock() + Math.max(pauseMs, retryAfterMs);
      onRenewalFailure?.(error);
      return kept;
    }
  }

  return {
    async get({ signal } = {}) {
      signal?.throwIfAborted();
      if (kept !== undefined && clock() < renewAt) return kept;
      flight ??= renew().finally(() => {
        flight = undefined;
      });
      return signal ? race(flight, signal) : flight;
    },
    peek: () => kept,
  };
}
