import type { NodeRedisClient } from "../../../src/token/redis/client.js";
import * as scripts from "../../../src/token/redis/scripts.js";

interface Entry {
  readonly value: string;
  readonly expiresAt: number;
}

/**
 * A model of Redis for tests without a server: a client that implements the effect of each script. The same cases run against real
 * servers in test/redis, which proves that the scripts and the model agree.
 */
export function createRedisModel() {
  const entries = new Map<string, Entry>();
  const sent: { readonly script: string; readonly keys: readonly string[]; readonly values: readonly string[] }[] = [];
  const get = (key = "") => {
    const entry = entries.get(key);
    return entry && entry.expiresAt > performance.now() ? entry.value : null;
  };
  const set = (key = "", value = "", lifetimeMs: number | string = Number.POSITIVE_INFINITY) =>
    entries.set(key, { value, expiresAt: performance.now() + Number(lifetimeMs) });

  const steps: Record<string, (keys: readonly string[], values: readonly string[]) => string | number | null> = {
    [scripts.readScript]: ([entry]) => get(entry),
    [scripts.lockScript]: ([lock, fence], [owner, lifetimeMs, fenceLifetimeMs]) => {
      if (get(lock) !== null) return null;
      set(lock, owner, lifetimeMs);
      const next = String(Number(get(fence) ?? Date.now() * 1_000) + 1);
      set(fence, next, fenceLifetimeMs);
      return next;
    },
    [scripts.extendScript]: ([lock], [owner, lifetimeMs]) => {
      if (get(lock) !== owner) return 0;
      set(lock, owner, lifetimeMs);
      return 1;
    },
    [scripts.compareAndDeleteScript]: ([key = ""], [value]) => {
      if (get(key) !== value) return 0;
      entries.delete(key);
      return 1;
    },
    [scripts.fencedWriteScript]: ([entry, fence], [number, value, lifetimeMs]) => {
      if (get(fence) !== number) return 0;
      set(entry, value, lifetimeMs);
      return 1;
    },
    [scripts.fillScript]: ([entry], [value, lifetimeMs]) => {
      if (get(entry) !== null) return 0;
      set(entry, value, lifetimeMs);
      return 1;
    },
  };

  const client: NodeRedisClient = {
    eval: async (script, { keys, arguments: values }) => {
      sent.push({ script, keys, values });
      const step = steps[script];
      if (step === undefined) throw new Error("unknown script");
      return step(keys, values);
    },
  };
  const keys = async () => Object.fromEntries([...entries.keys()].map((key) => [key, get(key) ?? ""]));
  return { client, sent, keys, write: async (key: string, value: string) => set(key, value) };
}
