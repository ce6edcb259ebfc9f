import { describe, expect, test } from "vitest";
import { createRedisAdapter } from "../../../src/token/redis/adapter.js";
import { scriptRunner } from "../../../src/token/redis/client.js";
import { createEncryption } from "../../../src/token/redis/encryption.js";
import { adapterCases, firstKey } from "./adapter-cases.js";
import { createRedisModel } from "./model.js";

describe("Redis adapter: with a model of Redis", () => {
  test.each(Object.entries(adapterCases))("Redis adapter: %s", async (_, run) => {
    const { client, keys, write } = createRedisModel();
    await run({ run: scriptRunner(client, 1_000), prefix: "p:", keys, write });
  });

  test("the Redis adapter uses one hash tag for all keys of an entry, so that a cluster stores them on one server", async () => {
    const { client, sent } = createRedisModel();
    const adapter = createRedisAdapter(scriptRunner(client, 1_000), createEncryption([firstKey]), {
      prefix: "p:",
      leaseMs: 2_000,
    });
    const release = await adapter.lock("name:lock", 1_000);
    await adapter.set("name", "token", 1_000);
    await adapter.get("name");
    await adapter.delete("name");
    await release?.();
    const tags = sent.flatMap(({ keys }) => keys.map((key) => /^p:\{([\w-]{43})\}(:lock|:fence)?$/.exec(key)?.[1]));
    expect(tags).toHaveLength(7);
    expect(new Set(tags).size).toBe(1);
    expect(tags).not.toContain(undefined);
  });

  test("the Redis adapter releases a lock whose grant arrives after the timeout", async () => {
    const { client, keys } = createRedisModel();
    const slow: typeof client = {
      eval: async (script, options) => {
        const reply = await client.eval(script, options);
        if (script.includes("INCR")) await new Promise((resolve) => setTimeout(resolve, 60));
        return reply;
      },
    };
    const adapter = createRedisAdapter(scriptRunner(slow, 20), createEncryption([firstKey]), { prefix: "p:", leaseMs: 2_000 });
    await expect(adapter.lock("name:lock", 10_000)).rejects.toThrow("within 20 ms");
    await expect
      .poll(async () => Object.keys(await keys()).filter((key) => key.endsWith(":lock")), { timeout: 5_000 })
      .toEqual([]);
  });

  test("the Redis adapter lets the lock expire when its lease cannot be extended", async () => {
    const { client, keys } = createRedisModel();
    const broken: typeof client = {
      eval: (script, options) =>
        script.includes("PEXPIRE") && !script.includes("INCR") ? Promise.reject(new Error()) : client.eval(script, options),
    };
    const adapter = createRedisAdapter(scriptRunner(broken, 1_000), createEncryption([firstKey]), {
      prefix: "p:",
      leaseMs: 100,
    });
    const release = await adapter.lock("name:lock", 10_000);
    await expect
      .poll(async () => Object.entries(await keys()).find(([key]) => key.endsWith(":lock"))?.[1], { timeout: 5_000 })
      .toBe("");
    await release?.();
  });
});
