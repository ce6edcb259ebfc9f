import { findIssues, numberRule, type Rule, textRule, throwIfIssues, toIssues } from "../checks.js";
import { createSharedTokenStore } from "../store/index.js";
import type { TokenStore } from "../types.js";
import { isRedisClient, type RedisClient, scriptRunner } from "./client.js";
import { createPlace } from "./place.js";
import { createSeal } from "./seal.js";

/** What `createRedisTokenStore` takes besides the client. */
export interface RedisTokenStoreOptions {
  /**
   * What tokens are encrypted with: at least 32 bytes from a generator of random numbers, not a password. Several rotate: the first
   * encrypts, each decrypts. Give every process the new one as second, then as first, then alone; while some have it as first and
   * others as second, a token may be asked for twice.
   */
  readonly key: Uint8Array | readonly Uint8Array[];
  /**
   * What every name in Redis begins with.
   * @default "oauth-clients:"
   */
  readonly prefix?: string;
  /**
   * How long others wait for a process that was killed while it was getting a token, in milliseconds. A process that lives extends
   * its lock for as long as it needs it.
   * @default 2_000
   */
  readonly leaseMs?: number;
  /**
   * How long one command of Redis may take, in milliseconds. One that takes longer has failed, and for a second no other is sent.
   * @default 1_000
   */
  readonly timeoutMs?: number;
  /**
   * How long to wait for the token that another process is getting, in milliseconds, before getting one alone.
   * @default 12_000, which is longer than an exchange takes by default
   */
  readonly waitMs?: number;
}

const leastKeyBytes = 32;

const keyFault: Rule = (value) => {
  const keys: readonly unknown[] = Array.isArray(value) ? value : [value];
  const fine = keys.length > 0 && keys.every((key) => key instanceof Uint8Array && key.length >= leastKeyBytes);
  return fine ? undefined : `expected a Uint8Array of at least ${leastKeyBytes} bytes, or several`;
};

/**
 * Makes a store in Redis or Valkey, for the option `store` of a source: the processes of a fleet share each token and send one request
 * per lifetime. It takes a connected client of the package `redis` (4 or newer) or `ioredis` (5 or newer), which stays the caller's
 * to watch and to close; the server is Redis 6 or newer, or Valkey, and the client may run scripts (`EVAL`).
 *
 * A token is encrypted with AES-256-GCM before it leaves the process and bound to the request that it is for. What cannot be decrypted
 * counts as absent, and so does everything while Redis is out of reach. Names are keyed hashes. One process at a time asks for a token;
 * one that was held up longer than its lock lived cannot overwrite what came later, because each lock has a fencing token.
 *
 * @throws {ConfigurationError} the client is none, or an option cannot work; `issues` names it
 */
export function createRedisTokenStore(client: RedisClient, options: RedisTokenStoreOptions): TokenStore {
  throwIfIssues([
    ...toIssues("client", isRedisClient(client) ? undefined : "expected a client of redis or ioredis"),
    ...findIssues(options, {
      key: keyFault,
      prefix: (value, path) =>
        value === undefined ? undefined : textRule(/^[\x21-\x7a|~]*$/, "ASCII without space or braces")(value, path),
      leaseMs: numberRule(100, 60_000),
      timeoutMs: numberRule(1, 60_000),
      waitMs: numberRule(0),
    }),
  ]);
  const { key, prefix = "oauth-clients:", leaseMs = 2_000, timeoutMs = 1_000, waitMs = 12_000 } = options;
  const seal = createSeal([key].flat() as [Uint8Array, ...Uint8Array[]]);
  const run = scriptRunner(client, timeoutMs);
  const place = () => createPlace(run, seal, { prefix, leaseMs });
  // The deadline of one command is kept here; reading may take several, one for each key.
  const shareOptions = { timeoutMs: timeoutMs * 10, waitMs };
  return { open: (request) => createSharedTokenStore(place(), shareOptions).open(request) };
}
