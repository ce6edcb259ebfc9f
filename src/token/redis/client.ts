/**
 * What is used of a client of the package `redis`: a single server's, a cluster's, a sentinel's or a pool's, of version 4 or newer.
 */
export interface NodeRedisClient {
  /** Runs a Lua script. */
  readonly eval: (script: string, options: { keys: string[]; arguments: string[] }) => Promise<unknown>;
}

/** What is used of a client of the package `ioredis`: a single server's or a cluster's, of version 5 or newer. */
export interface IoredisClient {
  /** Runs a Lua script. */
  readonly eval: (script: string, numberOfKeys: number, ...keysAndArguments: string[]) => Promise<unknown>;
  /** The state of the connection. Only this package's clients say it, which is how the two are told apart. */
  readonly status: string;
}

/** A client of Redis or Valkey: of the package `redis` or of `ioredis`. */
export type RedisClient = NodeRedisClient | IoredisClient;

/**
 * Runs one Lua script, whole or not at all. Resolves to text, or to `undefined` where the script answers nothing.
 * @param undo - is called with an answer that came after the deadline, when nobody waits for it any more
 */
export type RunScript = (
  script: string,
  keys: string[],
  values: string[],
  undo?: (late: string | undefined) => unknown,
) => Promise<string | undefined>;

// Both packages keep commands back while they reconnect. After one that was kept too long, the next are not even given to them for
// this long, or until it is answered after all: an outage costs a call of `get` one deadline and not one for each command.
const pauseMs = 1_000;

/** Whether a value can be a client. */
export function isRedisClient(value: unknown): value is RedisClient {
  return typeof Object(value).eval === "function";
}

/**
 * One way to speak to either client, with a deadline. Everything is a script: the two packages spell each command in a way of their
 * own, and scripts in the same way but for the order of the arguments.
 */
export function scriptRunner(client: RedisClient, timeoutMs: number): RunScript {
  let pausedUntil = 0;

  async function send(script: string, keys: string[], values: string[]): Promise<string | undefined> {
    const reply = isIoredis(client)
      ? await client.eval(script, keys.length, ...keys, ...values)
      : await client.eval(script, { keys, arguments: values });
    // Clients can be set up to answer with bytes.
    if (reply instanceof Uint8Array) return new TextDecoder().decode(reply);
    return reply === null || reply === undefined ? undefined : String(reply);
  }

  return async (script, keys, values, undo) => {
    if (performance.now() < pausedUntil) throw new Error("Redis did not answer a moment ago");
    let timer: ReturnType<typeof setTimeout> | undefined;
    const sent = send(script, keys, values);
    const revive = (answer: string | undefined) => {
      pausedUntil = 0;
      return undo?.(answer);
    };
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        pausedUntil = performance.now() + pauseMs;
        sent.then(revive).catch(() => undefined);
        reject(new Error(`Redis did not answer within ${timeoutMs} ms`));
      }, timeoutMs);
    });
    try {
      return await Promise.race([sent, late]);
    } finally {
      clearTimeout(timer);
    }
  };
}

function isIoredis(client: RedisClient): client is IoredisClient {
  return typeof (client as Partial<IoredisClient>).status === "string";
}
