// What a place in Redis owes, whatever runs its scripts: the model of this folder, or a server.
import assert from "node:assert/strict";
import { setTimeout as wait } from "node:timers/promises";
import { createRedisAdapter } from "../../../src/token/redis/adapter.js";
import type { RunScript } from "../../../src/token/redis/client.js";
import { createEncryption } from "../../../src/token/redis/encryption.js";

/** What the cases are given. */
export interface Surroundings {
  readonly run: RunScript;
  readonly prefix: string;
  /** Everything in Redis under the prefix, by name. */
  readonly keys: () => Promise<Record<string, string>>;
  /** Writes behind the back of the place. */
  readonly write: (name: string, value: string) => Promise<unknown>;
}

export const firstKey = Uint8Array.from({ length: 32 }, (_, index) => index);
export const secondKey = firstKey.map((byte) => 255 - byte);

const name = "oauth-clients:0123";
const minute = 60_000;
// Longer than any of the waits here, and short enough for a run not to be held up by a lock that a case leaves behind.
const lockMs = 5_000;

export const adapterCases: Readonly<Record<string, (surroundings: Surroundings) => Promise<void>>> = {
  "reads nothing where nothing was written": async (surroundings) => {
    assert.equal(await place(surroundings).get(name), undefined);
  },

  "reads nothing after the lifetime": async (surroundings) => {
    const one = place(surroundings);
    await one.set(name, "token", 20);
    await wait(40);
    assert.equal(await one.get(name), undefined);
  },

  "does not give a lock to two": async (surroundings) => {
    const [one, other] = [place(surroundings), place(surroundings)];
    const release = await one.lock(`${name}:lock`, lockMs);
    assert.equal(typeof release, "function");
    assert.equal(await other.lock(`${name}:lock`, lockMs), undefined);
    await release?.();
    assert.equal(typeof (await other.lock(`${name}:lock`, lockMs)), "function");
  },

  "does not release a lock that somebody else has by now": async (surroundings) => {
    const [one, other, third] = [place(surroundings, 100), place(surroundings), place(surroundings)];
    const release = await one.lock(`${name}:lock`, 50);
    await wait(300);
    assert.equal(typeof (await other.lock(`${name}:lock`, lockMs)), "function");
    await release?.();
    assert.equal(await third.lock(`${name}:lock`, lockMs), undefined);
  },

  "refuses the write of one whose lock ended and was taken by another": async (surroundings) => {
    const [late, quick] = [place(surroundings, 100), place(surroundings)];
    await late.lock(`${name}:lock`, 50);
    await wait(300);
    const release = await quick.lock(`${name}:lock`, lockMs);
    await quick.set(name, "newer", minute);
    await release?.();
    await late.set(name, "older", minute);
    assert.equal(await quick.get(name), "newer");
  },

  "refuses that write also after the newer token is gone": async (surroundings) => {
    const [late, quick] = [place(surroundings, 100), place(surroundings)];
    await late.lock(`${name}:lock`, 50);
    await wait(300);
    await (await quick.lock(`${name}:lock`, lockMs))?.();
    await late.set(name, "older", minute);
    assert.equal(await quick.get(name), undefined);
  },

  "lets one without the lock fill an empty place, and replace nothing": async (surroundings) => {
    const [one, other] = [place(surroundings), place(surroundings)];
    await one.set(name, "first", minute);
    await other.set(name, "second", minute);
    assert.equal(await other.get(name), "first");
  },

  "does not delete what was written after the look": async (surroundings) => {
    const [one, other] = [place(surroundings), place(surroundings)];
    await one.set(name, "old", minute);
    assert.equal(await one.get(name), "old");
    await other.lock(`${name}:lock`, lockMs);
    await other.set(name, "new", minute);
    await one.delete(name);
    assert.equal(await other.get(name), "new");
  },

  "takes a foreign, damaged, moved or older entry for none": async (surroundings) => {
    const one = place(surroundings);
    await one.set(name, "token", minute);
    const [[at = "", sealed = ""] = []] = Object.entries(await surroundings.keys());
    const damaged = sealed.slice(0, -4) + (sealed.at(-4) === "A" ? "B" : "A") + sealed.slice(-3);
    for (const value of [damaged, sealed.slice(0, 20), "oc1.", "oc1.*", `oc0${sealed.slice(3)}`, '{"value":"token"}', ""]) {
      await surroundings.write(at, value);
      assert.equal(await one.get(name), undefined, value);
    }
    await one.set("oauth-clients:4567", "another", minute);
    const [, moved = ""] = Object.entries(await surroundings.keys()).find(([key]) => key !== at) ?? [];
    await surroundings.write(at, moved);
    assert.equal(await one.get(name), undefined);
    await surroundings.write(at, sealed);
    assert.equal(await one.get(name), "token");
  },

  "reads with an older key what was sealed with it, and seals with the first": async (surroundings) => {
    const { run, prefix } = surroundings;
    const seals = [[firstKey], [secondKey, firstKey], [secondKey]] as const;
    const [before, during, after] = seals.map((keys) =>
      createRedisAdapter(run, createEncryption([...keys]), { prefix, leaseMs: 2_000 }),
    );
    await before?.set(name, "old", minute);
    assert.equal(await after?.get(name), undefined);
    assert.equal(await during?.get(name), "old");
    await during?.set(name, "new", minute);
    assert.equal(await after?.get(name), "new");
    await during?.get(name);
    await during?.delete(name);
    assert.equal(await after?.get(name), undefined);
  },

  "keeps its lock for as long as it is needed, and no longer than it was asked for": async (surroundings) => {
    const [one, other] = [place(surroundings, 900), place(surroundings)];
    await one.lock(`${name}:lock`, 2_700);
    await wait(1_800);
    assert.equal(await other.lock(`${name}:lock`, lockMs), undefined);
    await wait(1_500);
    assert.equal(typeof (await other.lock(`${name}:lock`, lockMs)), "function");
  },

  "shows nothing of a token or of its name in Redis": async (surroundings) => {
    const one = place(surroundings);
    await one.lock(`${name}:lock`, lockMs);
    await one.set(name, "canary-token", minute);
    const all = JSON.stringify(await surroundings.keys());
    assert.equal(Object.keys(await surroundings.keys()).length, 3);
    for (const secret of ["canary-token", name, btoa("canary-token").slice(0, 12), btoa(name).slice(0, 16)]) {
      assert.ok(!all.includes(secret), secret);
    }
    assert.equal(await one.get(name), "canary-token");
  },
};

function place({ run, prefix }: Surroundings, leaseMs = 2_000) {
  return createRedisAdapter(run, createEncryption([firstKey]), { prefix, leaseMs });
}
