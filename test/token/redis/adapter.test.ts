import { describe, expect, test } from "vitest";
import { createRedisAdapter } from "../../../src/token/redis/adapter.js";
import { scriptRunner } from "../../../src/token/redis/client.js";
import { createEncryption } from "../../../src/token/redis/encryption.js";
import { adapterCases, firstKey } from "./adapter-cases.js";
import { modelOfRedis } from "./model.js";

describe("a place in a model of Redis", () => {
  test.each(Object.entries(adapterCases))("%s", async (_, play) => {
    const { client, keys, write } = modelOfRedis();
    await play({ run: scriptRunner(client, 1_000), prefix: "p:", keys, write });
  });

  test("keeps the names that belong together on one server of a cluster", async () => {
    const { client, sent } = modelOfRedis();
    const place = createRedisAdapter(scriptRunner(client, 1_000), createEncryption([firstKey]), {
      prefix: "p:",
      leaseMs: 2_000,
    });
    const release = await place.lock("name:lock", 1_000);
    await place.set("name", "token", 1_000);
    await place.get("name");
    await place.delete("name");
    await release?.();
    const tags = sent.flatMap(({ keys }) => keys.map((key) => /^p:\{([\w-]{43})\}(:lock|:fence)?$/.exec(key)?.[1]));
    expect(tags).toHaveLength(7);
    expect(new Set(tags).size).toBe(1);
    expect(tags).not.toContain(undefined);
  });

  test("gives back a lock whose grant came too late to be used", async () => {
    const { client, keys } = modelOfRedis();
    const slow: typeof client = {
      eval: async (script, options) => {
        const reply = await client.eval(script, options);
        if (script.includes("INCR")) await new Promise((resolve) => setTimeout(resolve, 60));
        return reply;
      },
    };
    const place = createRedisAdapter(scriptRunner(slow, 20), createEncryption([firstKey]), { prefix: "p:", leaseMs: 2_000 });
    await expect(place.lock("name:lock", 10_000)).rejects.toThrow("within 20 ms");
    await expect
      .poll(async () => Object.keys(await keys()).filter((key) => key.endsWith(":lock")), { timeout: 5_000 })
      .toEqual([]);
  });

  test("lets nobody wait for the lock of a place whose extensions fail", async () => {
    const { client, keys } = modelOfRedis();
    const broken: typeof client = {
      eval: (script, options) =>
        script.includes("PEXPIRE") && !script.includes("INCR") ? Promise.reject(new Error()) : client.eval(script, options),
    };
    const place = createRedisAdapter(scriptRunner(broken, 1_000), createEncryption([firstKey]), { prefix: "p:", leaseMs: 100 });
    const release = await place.lock("name:lock", 10_000);
    await expect
      .poll(async () => Object.entries(await keys()).find(([key]) => key.endsWith(":lock"))?.[1], { timeout: 5_000 })
      .toBe("");
    await release?.();
  });
});
