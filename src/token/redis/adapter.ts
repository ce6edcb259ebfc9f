import type { TokenStoreAdapter } from "../store/index.js";
import type { RunScript } from "./client.js";
import type { Encryption } from "./encryption.js";
import { compareAndDeleteScript, extendScript, fencedWriteScript, fillScript, lockScript, readScript } from "./scripts.js";

/** Options of `createRedisAdapter`. */
export interface RedisAdapterOptions {
  /** The prefix of every key in Redis. */
  readonly prefix: string;
  /** The lifetime of a lock whose holder was terminated, in milliseconds. */
  readonly leaseMs: number;
}

const fenceLifetimeMs = 86_400_000;

/**
 * Creates the store adapter of one token source. A source holds one lock at a time, so the adapter remembers the fencing token from
 * the lock to the write.
 */
export function createRedisAdapter(
  run: RunScript,
  encryption: Encryption,
  { prefix, leaseMs }: RedisAdapterOptions,
): TokenStoreAdapter {
  // The fencing token of the lock that this source holds.
  let currentFence: string | undefined;
  // The last value read from each key: `delete` removes exactly this value.
  const lastRead = new Map<string, string>();

  const redisKeys = (name: string) => keysOf(name, encryption, prefix);

  async function get(name: string): Promise<string | undefined> {
    for (const key of await redisKeys(name)) {
      const encrypted = await run(readScript, [key], []);
      if (encrypted === undefined) continue;
      lastRead.set(key, encrypted);
      const text = await encryption.decrypt(name, encrypted);
      if (text !== undefined) return text;
    }
    return undefined;
  }

  async function set(name: string, text: string, lifetimeMs: number): Promise<void> {
    const fence = currentFence;
    const [key] = await redisKeys(name);
    const encrypted = await encryption.encrypt(name, text);
    // A writer without the lock only fills an empty key. An existing value was written by a lock holder.
    if (fence === undefined) await run(fillScript, [key], [encrypted, toLifetime(lifetimeMs)]);
    else await run(fencedWriteScript, [key, `${key}:fence`], [fence, encrypted, toLifetime(lifetimeMs)]);
  }

  async function remove(name: string): Promise<void> {
    for (const key of await redisKeys(name)) {
      const encrypted = lastRead.get(key);
      if (encrypted !== undefined) await run(compareAndDeleteScript, [key], [encrypted]);
    }
  }

  async function lock(name: string, lifetimeMs: number): Promise<(() => Promise<void>) | undefined> {
    const requestedAt = performance.now();
    const [key] = await redisKeys(name.replace(/:lock$/, ""));
    const lockKey = `${key}:lock`;
    const owner = crypto.randomUUID();
    const lease = toLifetime(Math.min(leaseMs, lifetimeMs));
    const release = () => run(compareAndDeleteScript, [lockKey], [owner]);
    const fence = await run(lockScript, [lockKey, `${key}:fence`], [owner, lease, toLifetime(fenceLifetimeMs)], release);
    if (fence === undefined) return undefined;
    currentFence = fence;
    const stopExtending = extendLock(run, lockKey, owner, leaseMs, requestedAt + lifetimeMs);
    return async () => {
      stopExtending();
      if (currentFence === fence) currentFence = undefined;
      await release();
    };
  }

  return { get, set, delete: remove, lock };
}

/** The keys of an entry, by each encryption key. */
async function keysOf(name: string, encryption: Encryption, prefix: string): Promise<[string, ...string[]]> {
  const entryNames = await encryption.entryNames(name);
  // The braces are a hash tag: a cluster stores all keys with the same tag on one server.
  return entryNames.map((entryName) => `${prefix}{${entryName}}`) as [string, ...string[]];
}

/**
 * Extends a lock while the process runs: the lock of a terminated process is free after one lease.
 * @returns a function that stops the extension
 */
function extendLock(run: RunScript, lockKey: string, owner: string, leaseMs: number, endsAt: number): () => void {
  const timer = setInterval(async () => {
    const remainingMs = Math.min(leaseMs, endsAt - performance.now());
    const isExtended =
      remainingMs > 0 && (await run(extendScript, [lockKey], [owner, toLifetime(remainingMs)]).catch(() => "1")) === "1";
    if (!isExtended) clearInterval(timer);
  }, leaseMs / 3);
  return () => clearInterval(timer);
}

/** A lifetime as Redis accepts it: a whole number of milliseconds from 1 up. */
function toLifetime(ms: number): string {
  return String(Math.max(1, Math.floor(ms)));
}
