import { throwIfAborted } from "../../core/abort.js";
import type { CallOptions } from "../../core/manager.js";
import { redact } from "../../core/redact.js";
import { isObject } from "../../core/values.js";
import { isRedisClient, type RedisClient, type RunScript, scriptRunner } from "../../token/redis/client.js";
import type { DocumentStore, JsonDocument, StoredDocument, VersionedDocument } from "../types.js";
import { readFirst, StoreError, versionConflict } from "./errors.js";
import { parseFields, requireValid } from "./fields.js";

/** Options of `redisDocuments`. */
export interface RedisDocumentsOptions {
  /**
   * The Redis key of the hash that holds all documents.
   * @default "oauth-clients:documents"
   */
  readonly name?: string;
  /**
   * Deadline of each call, in milliseconds.
   * @default 5_000
   */
  readonly timeoutMs?: number;
}

// A field of the hash is version, time in milliseconds and JSON, with line breaks between them.

/** KEYS: hash. ARGV: key. Returns the server's time and the field. */
export const readDocumentScript = `
local found = redis.call("HGET", KEYS[1], ARGV[1])
if not found then return false end
local now = redis.call("TIME")
return string.format("%.0f", now[1] * 1000 + math.floor(now[2] / 1000)) .. "\\n" .. found`;

/** KEYS: hash. ARGV: key, expected version or nothing, new version, JSON or nothing. Returns 1 when the version was the expected one. */
export const writeDocumentScript = `
local found = redis.call("HGET", KEYS[1], ARGV[1])
local version = found and string.match(found, "^[^\\n]*") or ""
if version ~= ARGV[2] then return 0 end
if ARGV[4] == "" then return redis.call("HDEL", KEYS[1], ARGV[1]) end
local now = redis.call("TIME")
local ms = string.format("%.0f", now[1] * 1000 + math.floor(now[2] / 1000))
redis.call("HSET", KEYS[1], ARGV[1], ARGV[3] .. "\\n" .. ms .. "\\n" .. ARGV[4])
return 1`;

/** KEYS: hash. Returns the keys, one a line. */
export const listDocumentsScript = `return table.concat(redis.call("HKEYS", KEYS[1]), "\\n")`;

/**
 * Stores JSON documents in one hash of Redis or Valkey, for the journals of runs that share nothing else. Each write is one script.
 *
 * A journal must survive a restart: use a server with `appendonly yes`, and no eviction (`maxmemory-policy noeviction`).
 *
 * @param client - a client of the package `redis` (version 4 or newer) or `ioredis` (version 5 or newer)
 * @throws {ConfigurationError} an option is invalid
 * @example
 * ```ts
 * import { redisDocuments } from "oauth-clients/provision";
 * import type { RedisClient } from "oauth-clients/token/redis";
 *
 * declare const client: RedisClient;
 * const journal = redisDocuments(client, { name: "acme:journal" });
 * ```
 */
export function redisDocuments(client: RedisClient, options: RedisDocumentsOptions = {}): DocumentStore {
  const { name = "oauth-clients:documents", timeoutMs = 5_000 } = options;
  requireValid("redisDocuments", [
    ...(isRedisClient(client) ? [] : [{ path: "client", message: "expected a client of the package redis or ioredis" }]),
    ...(typeof name === "string" && name !== "" ? [] : [{ path: "name", message: "expected a key of Redis" }]),
    ...(timeoutMs > 0 ? [] : [{ path: "timeoutMs", message: "expected milliseconds above 0" }]),
  ]);
  const location = `redis ${name}`;
  const run = scriptRunner(client, timeoutMs);
  return {
    location,
    document(key) {
      requireValid(
        "redisDocuments",
        /^[^\p{Cc}]+$/u.test(key) ? [] : [{ path: "key", message: "expected a text without control characters" }],
      );
      return redisDocument(run, name, key, `${location}#${key}`);
    },
    async keys(call) {
      const names = await read(run, "list documents", listDocumentsScript, [name], [], call);
      return (names ?? "").split("\n").filter((key) => key !== "");
    },
  };
}

function redisDocument(run: RunScript, name: string, key: string, location: string): VersionedDocument {
  async function find(operation: string, options?: CallOptions): Promise<StoredDocument | undefined> {
    const text = await read(run, operation, readDocumentScript, [name], [key], options);
    if (text === undefined) return undefined;
    const [, now, version, written, json = ""] = /^(\d+)\n([^\n]*)\n(\d+)\n(.*)$/s.exec(text) ?? [];
    const document = parseFields(json);
    if (version !== undefined && isObject(document))
      return { document, version, ageMs: Math.max(0, Number(now) - Number(written)) };
    const problem = `${location} is not a document of this store`;
    throw new StoreError({ store: "redis", operation, problem, outcome: "not_applied", advice: "Use a name of its own." });
  }

  async function replace(operation: string, expected: string, document: JsonDocument | undefined, options?: CallOptions) {
    const version = crypto.randomUUID();
    const json = document === undefined ? "" : JSON.stringify(document);
    throwIfAborted(options?.signal);
    const reply = await run(writeDocumentScript, [name], [key, expected, version, json]).catch(async (error: unknown) => {
      // The reply was lost. The write arrived when the document has its version.
      const found = await find(operation).catch(() => undefined);
      if (found?.version !== version) throw redisError(operation, error, true);
      return "1";
    });
    if (reply !== "1") throw versionConflict(location);
    return version;
  }

  return {
    location,
    read: (options) => find("read document", options),
    write: (document, expected = "", options) => replace("write document", expected, document, options),
    async remove(expected, options) {
      if (await find("remove document", options)) await replace("remove document", expected, undefined, options);
    },
  };
}

async function read(
  run: RunScript,
  operation: string,
  script: string,
  keys: string[],
  values: string[],
  options?: CallOptions,
) {
  throwIfAborted(options?.signal);
  return run(script, keys, values).catch((error: unknown) => {
    throw redisError(operation, error, false);
  });
}

// Replies that refuse a command before it has an effect.
const refusal = /^(OOM|READONLY|NOAUTH|NOPERM|WRONGTYPE|MISCONF|LOADING|CLUSTERDOWN|MASTERDOWN|NOREPLICAS)\b/;

function redisError(operation: string, error: unknown, writes: boolean): StoreError {
  const message = error instanceof Error ? redact(error.message) : "the command failed";
  const unknown = writes && !refusal.test(message);
  return new StoreError({
    store: "redis",
    operation,
    problem: message.replace(/\.$/, ""),
    outcome: unknown ? "unknown" : "not_applied",
    advice: unknown ? readFirst : "Check the connection and the rights of this user.",
  });
}
