import { withTimeout } from "../../core/abort.js";
import { isObject } from "../../core/values.js";

/**
 * The part of a client of the package `redis` that is used: of a single server, a cluster, a sentinel or a pool, version 4 or newer.
 */
export interface NodeRedisClient {
  /** Runs a Lua script. */
  readonly eval: (script: string, options: { keys: string[]; arguments: string[] }) => Promise<unknown>;
}

/** The part of a client of the package `ioredis` that is used: of a single server or a cluster, version 5 or newer. */
export interface IoredisClient {
  /** Runs a Lua script. */
  readonly eval: (script: string, numberOfKeys: number, ...keysAndArguments: string[]) => Promise<unknown>;
  /** The state of the connection. Clients of the package `redis` do not have this member. */
  readonly status: string;
}

/** A client of Redis or Valkey: of the package `redis` or of `ioredis`. */
export type RedisClient = NodeRedisClient | IoredisClient;

/**
 * Runs one Lua script. Resolves to its reply as text, or to `undefined` when the script returns nothing.
 * @param undo - is called with a reply that arrived after the deadline and is not used
 */
export type RunScript = (
  script: string,
  keys: string[],
  values: string[],
  undo?: (lateReply: string | undefined) => unknown,
) => Promise<string | undefined>;

// Both packages queue commands while they reconnect. After a timeout no command is sent for this time, or until the reply arrives: so
// an outage delays a call of `get` by one deadline and not by one for each command.
const pauseMs = 1_000;

/** Whether a value can be a client. */
export function isRedisClient(value: unknown): value is RedisClient {
  return isObject(value) && typeof value.eval === "function";
}

/**
 * Creates a function that runs scripts with either client, with a deadline. Every command is a script: the two packages have different
 * methods for each command, and differ for scripts only in the order of the arguments.
 */
export function scriptRunner(client: RedisClient, timeoutMs: number): RunScript {
  let pausedUntil = 0;

  async function send(script: string, keys: string[], values: string[]): Promise<string | undefined> {
    const reply = isIoredis(client)
      ? await client.eval(script, keys.length, ...keys, ...values)
      : await client.eval(script, { keys, arguments: values });
    // A client can be configured to reply with bytes.
    if (reply instanceof Uint8Array) return new TextDecoder().decode(reply);
    return reply === null || reply === undefined ? undefined : String(reply);
  }

  return async (script, keys, values, undo) => {
    if (performance.now() < pausedUntil) throw new Error("Redis did not reply to an earlier command");
    const reply = send(script, keys, values);
    const resume = (lateReply: string | undefined) => {
      pausedUntil = 0;
      return undo?.(lateReply);
    };
    return withTimeout(reply, timeoutMs, () => {
      pausedUntil = performance.now() + pauseMs;
      reply.then(resume).catch(() => undefined);
      throw new Error(`Redis did not reply within ${timeoutMs} ms`);
    });
  };
}

function isIoredis(client: RedisClient): client is IoredisClient {
  return typeof (client as Partial<IoredisClient>).status === "string";
}
