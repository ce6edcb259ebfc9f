import { createRequire } from "node:module";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { AwsSecretsManager } from "oauth-clients/provision";
import type { RedisClient } from "oauth-clients/token/redis";
import { closeAtEnd } from "./context.js";
import { UsageError } from "./exit-codes.js";

// Packages of the project: this package does not depend on them. They are found from the directory of the configuration.

/** Creates a client of AWS Secrets Manager. */
export async function createSecretsManager(file: string, region: string | undefined): Promise<AwsSecretsManager> {
  const name = "@aws-sdk/client-secrets-manager";
  const sdk = await load(file, name);
  if (sdk === undefined) throw missing("aws", name);
  const { SecretsManager } = sdk as { readonly SecretsManager: new (options: object) => AwsSecretsManager };
  return new SecretsManager(region === undefined ? {} : { region });
}

interface NodeRedis {
  readonly createClient: (options: object) => {
    readonly on: (event: "error", listener: () => void) => unknown;
    readonly connect: () => Promise<unknown>;
    readonly eval: (script: string, options: { keys: string[]; arguments: string[] }) => Promise<unknown>;
    readonly destroy?: () => void;
    readonly disconnect: () => unknown;
  };
}

interface Ioredis {
  readonly Redis: new (
    url: string,
    options: object,
  ) => RedisClient & { readonly on: (event: "error", listener: () => void) => unknown; readonly disconnect: () => void };
}

/** Creates a client of Redis that connects at its first command, with the package `redis` or `ioredis`. */
export async function createRedisClient(file: string, url: string): Promise<RedisClient> {
  const connectTimeout = 5_000;
  // The commands report the error of the connection, too.
  const ignore = () => {};
  const redis = (await load(file, "redis")) as NodeRedis | undefined;
  if (redis !== undefined) {
    const client = redis.createClient({ url, socket: { connectTimeout, reconnectStrategy: false } });
    client.on("error", ignore);
    let connected: Promise<unknown> | undefined;
    const connect = () => {
      closeAtEnd(() => client.destroy?.() ?? client.disconnect());
      return client.connect();
    };
    return {
      async eval(script: string, options: { keys: string[]; arguments: string[] }) {
        connected ??= connect();
        await connected;
        return client.eval(script, options);
      },
    };
  }
  const ioredis = (await load(file, "ioredis")) as Ioredis | undefined;
  if (ioredis === undefined) throw missing("redis", "redis");
  const client = new ioredis.Redis(url, { lazyConnect: true, connectTimeout, retryStrategy: () => null });
  client.on("error", ignore);
  closeAtEnd(() => client.disconnect());
  return client;
}

async function load(file: string, name: string): Promise<object | undefined> {
  try {
    const path = createRequire(resolve(file)).resolve(name);
    const module = await import(/* @vite-ignore */ pathToFileURL(path).href);
    return { ...module.default, ...module };
  } catch {
    return undefined;
  }
}

function missing(store: string, name: string): UsageError {
  return new UsageError(`The store "${store}" needs the package ${name}. Install it: npm install ${name}`);
}
