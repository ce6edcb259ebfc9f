import { describe, expect, test } from "vitest";
import type { ConfigurationError } from "../../../src/core/errors.js";
import { createRedisTokenStore, type RedisTokenStoreOptions } from "../../../src/token/redis/store.js";
import { createTokenSource } from "../../../src/token/source.js";
import { everyView, grant, record, sampleRequest, secret, spellings } from "../recorder.js";
import { firstKey, secondKey } from "./adapter-cases.js";
import { modelOfRedis } from "./model.js";

const refused = (client: unknown, options: unknown) => {
  try {
    createRedisTokenStore(client as never, options as RedisTokenStoreOptions);
  } catch (error) {
    return (error as ConfigurationError).issues.map(({ path }) => path);
  }
  return [];
};

describe("what a store in Redis refuses", () => {
  const { client } = modelOfRedis();
  const key = firstKey;

  test.each([
    ["no client", undefined, { key }, ["client"]],
    ["a URL for a client", "redis://127.0.0.1", { key }, ["client"]],
    ["no options", client, undefined, ["key"]],
    ["no key", client, {}, ["key"]],
    ["an empty list of keys", client, { key: [] }, ["key"]],
    ["a key of 31 bytes", client, { key: key.subarray(1) }, ["key"]],
    ["a second key of 31 bytes", client, { key: [key, key.subarray(1)] }, ["key"]],
    ["a password for a key", client, { key: "a password of more than thirty-two signs" }, ["key"]],
    ["a prefix with braces", client, { key, prefix: "{a}" }, ["prefix"]],
    ["a prefix that is none", client, { key, prefix: 1 }, ["prefix"]],
    ["a lease of no length", client, { key, leaseMs: 0 }, ["leaseMs"]],
    ["a deadline of no length", client, { key, timeoutMs: 0 }, ["timeoutMs"]],
    ["a wait that is none", client, { key, waitMs: "1" }, ["waitMs"]],
    ["an unknown option", client, { key, ttl: 1 }, ["ttl"]],
  ])("%s", (_, given, options, paths) => {
    expect(refused(given, options)).toEqual(paths);
  });
});

describe("a store in Redis", () => {
  const lifetimes = { timeoutMs: 20, waitMs: 100 };

  function fleet(client: Parameters<typeof createRedisTokenStore>[0], options: Partial<RedisTokenStoreOptions> = {}) {
    const recorder = record((count) => Response.json(grant({ access_token: `token-${count}` })));
    const source = (request = sampleRequest()) =>
      createTokenSource(request, { ...recorder, store: createRedisTokenStore(client, { key: firstKey, ...options }) });
    return { source, sent: recorder.sent };
  }

  test.each([
    ["refuses every command", () => Promise.reject(new Error("connection closed"))],
    [
      "throws",
      () => {
        throw new Error("connection closed");
      },
    ],
    ["never answers", () => new Promise(() => undefined)],
    ["answers nonsense", async () => "oc1.nonsense"],
  ])("costs no token when Redis %s", async (_, answer) => {
    const { source, sent } = fleet({ eval: answer as never }, lifetimes);
    expect((await source().get()).value).toBe("token-1");
    expect((await source().get()).value).toBe("token-2");
    expect(sent).toHaveLength(2);
  });

  test("rule 86: does not give a token to who has another secret, key or scope", async () => {
    const { client } = modelOfRedis();
    const { source, sent } = fleet(client);
    await source().get();
    await source(sampleRequest({ scopes: ["other"] })).get();
    await source(sampleRequest({ clientId: "other" })).get();
    await fleet(client, { key: secondKey }).source().get();
    expect(sent).toHaveLength(3);
  });

  test("takes a refused token away from the others too", async () => {
    const { source, sent } = fleet(modelOfRedis().client);
    const one = source();
    one.invalidate(await one.get());
    // A new one each time: one that has seen the token before it was taken away keeps it.
    await expect.poll(async () => (await source().get()).value).toBe("token-2");
    expect((await one.get()).value).toBe("token-2");
    expect(sent).toHaveLength(2);
  });

  test("rules 75 and 93: shows neither token, secret, client nor endpoint in Redis, and no key in itself", async () => {
    const { client, sent: commands } = modelOfRedis();
    const { source } = fleet(client);
    await source().get();
    const seen = JSON.stringify(commands);
    expect(commands.length).toBeGreaterThan(3);
    for (const word of [...spellings(secret), ...spellings("token-1"), ...spellings("client-1"), "auth.example"]) {
      expect(seen, word).not.toContain(word);
    }
    expect(everyView(createRedisTokenStore(client, { key: firstKey }))).not.toContain("0, 1, 2, 3");
  });

  test("lets sources that know nothing of each other send one request", async () => {
    const { source, sent } = fleet(modelOfRedis().client);
    const tokens = await Promise.all(Array.from({ length: 20 }, () => source().get()));
    expect(new Set(tokens.map(({ value }) => value)).size).toBe(1);
    expect(tokens[0]).toMatchObject({ scopes: [], scopeSource: "request" });
    expect(sent).toHaveLength(1);
  });
});
