// Requirements of the Redis adapter. They run with the model of Redis in this folder and with real servers.
import assert from "node:assert/strict";
import { setTimeout as wait } from "node:timers/promises";
import { createRedisAdapter } from "../../../src/token/redis/adapter.js";
import type { RunScript } from "../../../src/token/redis/client.js";
import { createEncryption } from "../../../src/token/redis/encryption.js";

/** The Redis database of a case. */
export interface AdapterTestEnvironment {
  readonly run: RunScript;
  readonly prefix: string;
  /** Everything in Redis under the prefix, by name. */
  readonly keys: () => Promise<Record<string, string>>;
  /** Writes to Redis directly, without the adapter. */
  readonly write: (name: string, value: string) => Promise<unknown>;
}

export const firstKey = Uint8Array.from({ length: 32 }, (_, index) => index);
export const secondKey = firstKey.map((byte) => 255 - byte);

const name = "oauth-clients:0123";
const minute = 60_000;
// Longer than every wait in this file. Short, so that a lock that a case does not release cannot delay the run.
const lockMs = 5_000;

export const adapterCases: Readonly<Record<string, (environment: AdapterTestEnvironment) => Promise<void>>> = {
  "get returns undefined for an entry that was never written": async (environment) => {
    assert.equal(await adapterIn(environment).get(name), undefined);
  },

  "get returns undefined after the lifetime of an entry": async (environment) => {
    const one = adapterIn(environment);
    await one.set(name, "token", 20);
    await wait(40);
    assert.equal(await one.get(name), undefined);
  },

  "lock grants a lock to one adapter at a time": async (environment) => {
    const [one, other] = [adapterIn(environment), adapterIn(environment)];
    const release = await one.lock(`${name}:lock`, lockMs);
    assert.equal(typeof release, "function");
    assert.equal(await other.lock(`${name}:lock`, lockMs), undefined);
    await release?.();
    assert.equal(typeof (await other.lock(`${name}:lock`, lockMs)), "function");
  },

  "release does not remove an expired lock that another adapter has acquired": async (environment) => {
    const [one, other, third] = [adapterIn(environment, 100), adapterIn(environment), adapterIn(environment)];
    const release = await one.lock(`${name}:lock`, 50);
    await wait(300);
    assert.equal(typeof (await other.lock(`${name}:lock`, lockMs)), "function");
    await release?.();
    assert.equal(await third.lock(`${name}:lock`, lockMs), undefined);
  },

  "set ignores a write whose lock expired and was acquired by another adapter": async (environment) => {
    const [slow, fast] = [adapterIn(environment, 100), adapterIn(environment)];
    await slow.lock(`${name}:lock`, 50);
    await wait(300);
    const release = await fast.lock(`${name}:lock`, lockMs);
    await fast.set(name, "newer", minute);
    await release?.();
    await slow.set(name, "older", minute);
    assert.equal(await fast.get(name), "newer");
  },

  "set ignores a write with an expired lock also when the entry is empty": async (environment) => {
    const [slow, fast] = [adapterIn(environment, 100), adapterIn(environment)];
    await slow.lock(`${name}:lock`, 50);
    await wait(300);
    await (await fast.lock(`${name}:lock`, lockMs))?.();
    await slow.set(name, "older", minute);
    assert.equal(await fast.get(name), undefined);
  },

  "set without a lock writes an empty entry and does not replace an existing one": async (environment) => {
    const [one, other] = [adapterIn(environment), adapterIn(environment)];
    await one.set(name, "first", minute);
    await other.set(name, "second", minute);
    assert.equal(await other.get(name), "first");
  },

  "delete does not remove an entry that was written after the last read": async (environment) => {
    const [one, other] = [adapterIn(environment), adapterIn(environment)];
    await one.set(name, "old", minute);
    assert.equal(await one.get(name), "old");
    await other.lock(`${name}:lock`, lockMs);
    await other.set(name, "new", minute);
    await one.delete(name);
    assert.equal(await other.get(name), "new");
  },

  "get returns undefined for a damaged entry, an entry of another name or an entry of another format": async (environment) => {
    const one = adapterIn(environment);
    await one.set(name, "token", minute);
    const [[storedKey = "", encrypted = ""] = []] = Object.entries(await environment.keys());
    const damaged = encrypted.slice(0, -4) + (encrypted.at(-4) === "A" ? "B" : "A") + encrypted.slice(-3);
    for (const value of [
      damaged,
      encrypted.slice(0, 20),
      "oc1.",
      "oc1.*",
      `oc0${encrypted.slice(3)}`,
      '{"value":"token"}',
      "",
    ]) {
      await environment.write(storedKey, value);
      assert.equal(await one.get(name), undefined, value);
    }
    await one.set("oauth-clients:4567", "another", minute);
    const [, moved = ""] = Object.entries(await environment.keys()).find(([key]) => key !== storedKey) ?? [];
    await environment.write(storedKey, moved);
    assert.equal(await one.get(name), undefined);
    await environment.write(storedKey, encrypted);
    assert.equal(await one.get(name), "token");
  },

  "get decrypts with every key and set encrypts with the first key": async (environment) => {
    const { run, prefix } = environment;
    const keySets = [[firstKey], [secondKey, firstKey], [secondKey]] as const;
    const [before, during, after] = keySets.map((keys) =>
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

  "lock extends its lease until the requested duration ends, and no longer": async (environment) => {
    const [one, other] = [adapterIn(environment, 900), adapterIn(environment)];
    await one.lock(`${name}:lock`, 2_700);
    await wait(1_800);
    assert.equal(await other.lock(`${name}:lock`, lockMs), undefined);
    await wait(1_500);
    assert.equal(typeof (await other.lock(`${name}:lock`, lockMs)), "function");
  },

  "Redis contains neither the token nor its name in plain text or base64": async (environment) => {
    const one = adapterIn(environment);
    await one.lock(`${name}:lock`, lockMs);
    await one.set(name, "canary-token", minute);
    const all = JSON.stringify(await environment.keys());
    assert.equal(Object.keys(await environment.keys()).length, 3);
    for (const secret of ["canary-token", name, btoa("canary-token").slice(0, 12), btoa(name).slice(0, 16)]) {
      assert.ok(!all.includes(secret), secret);
    }
    assert.equal(await one.get(name), "canary-token");
  },
};

/** An adapter with the first key. */
function adapterIn({ run, prefix }: AdapterTestEnvironment, leaseMs = 2_000) {
  return createRedisAdapter(run, createEncryption([firstKey]), { prefix, leaseMs });
}
