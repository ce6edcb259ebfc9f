import type { TokenStoreAdapter } from "../store/index.js";
import type { RunScript } from "./client.js";
import { compareAndDeleteScript, extendScript, fencedWriteScript, fillScript, lockScript, readScript } from "./scripts.js";
import type { Seal } from "./seal.js";

/** What a place needs to know. */
export interface PlaceOptions {
  /** What every name in Redis begins with. */
  readonly prefix: string;
  /** How long a lock outlives the process that holds it, in milliseconds. */
  readonly leaseMs: number;
}

const fenceLifetimeMs = 86_400_000;

/**
 * One source's place in Redis, as the store that `createSharedTokenStore` uses. A source takes one lock at a time, so the place remembers its
 * fencing token from the lock to the write.
 */
export function createPlace(run: RunScript, seal: Seal, { prefix, leaseMs }: PlaceOptions): TokenStoreAdapter {
  // The fencing token of the lock that is held.
  let held: string | undefined;
  // What was read last, by name in Redis: deleting takes away exactly this.
  const seen = new Map<string, string>();

  // The braces keep what belongs together on one server of a cluster.
  const named = (name: string) => `${prefix}{${name}}`;
  const places = async (key: string) => (await seal.names(key)).map(named) as [string, ...string[]];
  const lifetime = (ms: number) => String(Math.max(1, Math.floor(ms)));

  async function get(key: string): Promise<string | undefined> {
    for (const place of await places(key)) {
      const sealed = await run(readScript, [place], []);
      if (sealed === undefined) continue;
      seen.set(place, sealed);
      const text = await seal.open(key, sealed);
      if (text !== undefined) return text;
    }
    return undefined;
  }

  async function set(key: string, text: string, lifetimeMs: number): Promise<void> {
    const fence = held;
    const [place] = await places(key);
    const sealed = await seal.close(key, text);
    // Who went without the lock only fills an empty place: what is there was put there by somebody who had it.
    if (fence === undefined) await run(fillScript, [place], [sealed, lifetime(lifetimeMs)]);
    else await run(fencedWriteScript, [place, `${place}:fence`], [fence, sealed, lifetime(lifetimeMs)]);
  }

  async function remove(key: string): Promise<void> {
    for (const place of await places(key)) {
      const sealed = seen.get(place);
      if (sealed !== undefined) await run(compareAndDeleteScript, [place], [sealed]);
    }
  }

  async function lock(key: string, lifetimeMs: number): Promise<(() => Promise<void>) | undefined> {
    const asked = performance.now();
    const [place] = await places(key.replace(/:lock$/, ""));
    const name = `${place}:lock`;
    const owner = crypto.randomUUID();
    const lease = lifetime(Math.min(leaseMs, lifetimeMs));
    const free = () => run(compareAndDeleteScript, [name], [owner]);
    const fence = await run(lockScript, [name, `${place}:fence`], [owner, lease, lifetime(fenceLifetimeMs)], free);
    if (fence === undefined) return undefined;
    held = fence;
    // Kept up only while the process lives: a lock whose holder was killed is free after one lease.
    const extending = setInterval(async () => {
      const leftMs = Math.min(leaseMs, lifetimeMs - (performance.now() - asked));
      const extended = leftMs > 0 && (await run(extendScript, [name], [owner, lifetime(leftMs)]).catch(() => "1"));
      if (extended !== "1") clearInterval(extending);
    }, leaseMs / 3);
    return async () => {
      clearInterval(extending);
      if (held === fence) held = undefined;
      await free();
    };
  }

  return { get, set, delete: remove, lock };
}
