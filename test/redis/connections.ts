// The clients of the supported packages, each connected to the server of REDIS_URL.
import { randomUUID } from "node:crypto";
import { type Cluster as Cluster5, Redis as Redis5 } from "ioredis-5";
import { Redis as Redis6 } from "ioredis-6";
import { createClient as createClient4, type createCluster as createCluster4 } from "redis-4";
import {
  createClient as createClient5,
  createClientPool,
  type createCluster as createCluster5,
  type createSentinel as createSentinel5,
} from "redis-5";
import { createClient as createClient6 } from "redis-6";
import type { RedisClient } from "../../src/token/redis/index.js";

export const redisUrl = process.env.REDIS_URL;

/** The reason for skipping these tests, or `false`. It is printed too, because skipped tests are easy to overlook. */
export const skip = redisUrl ? false : "REDIS_URL is not set";
if (skip) console.error(`\n*** SKIPPED: ${skip}, so no test runs on a real Redis or Valkey. ***\n`);

export interface Connection {
  readonly client: RedisClient;
  readonly close: () => Promise<unknown>;
}

const ignore = () => undefined;

async function connected<Client extends { connect(): Promise<unknown>; on(event: "error", listener: () => void): unknown }>(
  client: Client,
): Promise<Client> {
  client.on("error", ignore);
  await client.connect();
  return client;
}

/** Each supported package and version, by name. The compiler verifies that their clients have a supported type. */
export const connectors: Readonly<Record<string, (url: string) => Promise<Connection>>> = {
  "redis 4": async (url) => {
    const client = await connected(createClient4({ url }));
    return { client, close: () => client.quit() };
  },
  "redis 5": async (url) => {
    const client = await connected(createClient5({ url }));
    return { client, close: () => client.close() };
  },
  "a pool of redis 5": async (url) => {
    const client = await connected(createClientPool({ url }));
    return { client, close: () => client.close() };
  },
  "redis 5 with RESP 3": async (url) => {
    const client = await connected(createClient5({ url, RESP: 3 }));
    return { client, close: () => client.close() };
  },
  "redis 6": async (url) => {
    const client = await connected(createClient6({ url }));
    return { client, close: () => client.close() };
  },
  "ioredis 5": async (url) => {
    const client = await connected(new Redis5(url, { lazyConnect: true }));
    return { client, close: () => client.quit() };
  },
  "ioredis 6": async (url) => {
    const client = await connected(new Redis6(url, { lazyConnect: true }));
    return { client, close: () => client.quit() };
  },
};

/** Clients of clusters and sentinels are verified by their types alone, because no test connects to one. */
export const alsoFit = (
  client:
    | InstanceType<typeof Cluster5>
    | ReturnType<typeof createCluster4>
    | ReturnType<typeof createCluster5>
    | ReturnType<typeof createSentinel5>,
): RedisClient => client;

/** A unique prefix of names. */
export function freshPrefix(): string {
  return `oauth-clients-test:${randomUUID()}:`;
}

/** Everything under a prefix, by name. */
export async function keysUnder(prefix: string, remove = false): Promise<Record<string, string>> {
  const client = await connected(createClient5({ url: redisUrl! }));
  const all: Record<string, string> = {};
  for await (const names of client.scanIterator({ MATCH: `${prefix}*`, COUNT: 1_000 })) {
    for (const name of names) all[name] = (await client.get(name)) ?? "";
  }
  if (remove) for (const name of Object.keys(all)) await client.del(name);
  await client.close();
  return all;
}
