import { findIssues, numberRule, type Rule, textRule, throwIfIssues, toIssues } from "../checks.js";
import { createSharedTokenStore } from "../store/index.js";
import type { TokenStore } from "../types.js";
import { createRedisAdapter } from "./adapter.js";
import { isRedisClient, type RedisClient, scriptRunner } from "./client.js";
import { createEncryption } from "./encryption.js";

/** Options of `createRedisTokenStore`. */
export interface RedisTokenStoreOptions {
  /**
   * The key that encrypts tokens: at least 32 random bytes, not a password. An array rotates keys: the first encrypts, each decrypts.
   * To rotate, give every process the new key as second, then as first, then alone. While processes have different first keys, a
   * token may be requested twice.
   */
  readonly key: Uint8Array | readonly Uint8Array[];
  /**
   * The prefix of every key in Redis.
   * @default "oauth-clients:"
   */
  readonly prefix?: string;
  /**
   * How long other processes wait for a process that was terminated while it requested a token, in milliseconds. A running process
   * extends its lock.
   * @default 2_000
   */
  readonly leaseMs?: number;
  /**
   * Deadline of one Redis command in milliseconds. After a timeout no command is sent for one second.
   * @default 1_000
   */
  readonly timeoutMs?: number;
  /**
   * How long a process waits for the token that another process is requesting, in milliseconds, before it requests one itself.
   * @default 12_000, which is longer than the default deadline of a token request
   */
  readonly waitMs?: number;
}

const minKeyBytes = 32;

const keyProblem: Rule = (value) => {
  const keys: readonly unknown[] = Array.isArray(value) ? value : [value];
  const isValid = keys.length > 0 && keys.every((key) => key instanceof Uint8Array && key.length >= minKeyBytes);
  return isValid ? undefined : `expected a Uint8Array of at least ${minKeyBytes} bytes, or several`;
};

/**
 * Creates a store in Redis or Valkey, for the option `store` of a source: all processes of a fleet share each token and send one token
 * request per lifetime. It uses a connected client of the package `redis` (4 or newer) or `ioredis` (5 or newer), which the caller
 * monitors and closes. The server is Redis 6 or newer, or Valkey, and the client must be allowed to run scripts (`EVAL`).
 *
 * A token is encrypted with AES-256-GCM before it leaves the process, and bound to its request. An entry that cannot be decrypted
 * counts as missing, and so does every entry while Redis is unreachable. Key names are keyed hashes. One process at a time requests a
 * token; a fencing token prevents a process whose lock has expired from overwriting a newer entry.
 *
 * @throws {ConfigurationError} the client or an option is invalid; `issues` names it
 * @example
 * ```ts
 * import { createRedisTokenStore, type RedisClient } from "oauth-clients/token/redis";
 *
 * declare const redis: RedisClient;
 * const store = createRedisTokenStore(redis, { key: crypto.getRandomValues(new Uint8Array(32)) });
 * ```
 */
export function createRedisTokenStore(client: RedisClient, options: RedisTokenStoreOptions): TokenStore {
  throwIfIssues([
    ...toIssues("client", isRedisClient(client) ? undefined : "expected a client of redis or ioredis"),
    ...findIssues(options, {
      key: keyProblem,
      prefix: (value, path) =>
        value === undefined ? undefined : textRule(/^[\x21-\x7a|~]*$/, "ASCII without space or braces")(value, path),
      leaseMs: numberRule(100, 60_000),
      timeoutMs: numberRule(1, 60_000),
      waitMs: numberRule(0),
    }),
  ]);
  const { key, prefix = "oauth-clients:", leaseMs = 2_000, timeoutMs = 1_000, waitMs = 12_000 } = options;
  const encryption = createEncryption([key].flat() as [Uint8Array, ...Uint8Array[]]);
  const run = scriptRunner(client, timeoutMs);
  // `run` has a deadline for each command. Reading takes one command for each key, so the deadline of the shared store is longer.
  const sharedOptions = { timeoutMs: timeoutMs * 10, waitMs };
  return {
    open: (request) =>
      createSharedTokenStore(createRedisAdapter(run, encryption, { prefix, leaseMs }), sharedOptions).open(request),
  };
}
