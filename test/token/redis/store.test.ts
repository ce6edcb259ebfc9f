import { describe, expect, test } from "vitest";
import type { ConfigurationError } from "../../../src/core/errors.js";
import { createRedisTokenStore, type RedisTokenStoreOptions } from "../../../src/token/redis/store.js";
import { createTokenSource } from "../../../src/token/source.js";
import { encodings, everyView, grant, record, sampleRequest, secret } from "../recorder.js";
import { firstKey, secondKey } from "./adapter-cases.js";
import { createRedisModel } from "./model.js";

const invalidOptions = (client: unknown, options: unknown) => {
  try {
    createRedisTokenStore(client as never, options as RedisTokenStoreOptions);
  } catch (error) {
    return (error as ConfigurationError).issues.map(({ path }) => path);
  }
  return [];
};

describe("createRedisTokenStore: validation", () => {
  const { client } = createRedisModel();
  const key = firstKey;

  test.each([
    ["no client", undefined, { key }, ["client"]],
    ["a URL instead of a client", "redis://127.0.0.1", { key }, ["client"]],
    ["no options", client, undefined, ["key"]],
    ["no key", client, {}, ["key"]],
    ["an empty list of keys", client, { key: [] }, ["key"]],
    ["a key of 31 bytes", client, { key: key.subarray(1) }, ["key"]],
    ["a second key of 31 bytes", client, { key: [key, key.subarray(1)] }, ["key"]],
    ["a password instead of a key", client, { key: "a password of more than thirty-two signs" }, ["key"]],
    ["a prefix with braces", client, { key, prefix: "{a}" }, ["prefix"]],
    ["a prefix that is not a string", client, { key, prefix: 1 }, ["prefix"]],
    ["a lease of 0", client, { key, leaseMs: 0 }, ["leaseMs"]],
    ["a timeout of 0", client, { key, timeoutMs: 0 }, ["timeoutMs"]],
    ["a wait that is not a number", client, { key, waitMs: "1" }, ["waitMs"]],
    ["an unknown option", client, { key, ttl: 1 }, ["ttl"]],
  ])("createRedisTokenStore rejects %s", (_, value, options, paths) => {
    expect(invalidOptions(value, options)).toEqual(paths);
  });
});

describe("Redis token store: sources that share one store", () => {
  const lifetimes = { timeoutMs: 20, waitMs: 100 };

  function setUp(client: Parameters<typeof createRedisTokenStore>[0], options: Partial<RedisTokenStoreOptions> = {}) {
    const recorder = record((count) => Response.json(grant({ access_token: `token-${count}` })));
    const source = (request = sampleRequest()) =>
      createTokenSource(request, { ...recorder, store: createRedisTokenStore(client, { key: firstKey, ...options }) });
    return { source, sent: recorder.sent };
  }

  test.each([
    ["rejects every command", () => Promise.reject(new Error("connection closed"))],
    [
      "throws",
      () => {
        throw new Error("connection closed");
      },
    ],
    ["never replies", () => new Promise(() => undefined)],
    ["replies with an invalid entry", async () => "oc1.nonsense"],
  ])("a token source with a Redis store still returns tokens when Redis %s", async (_, evaluate) => {
    const { source, sent } = setUp({ eval: evaluate as never }, lifetimes);
    expect((await source().get()).value).toBe("token-1");
    expect((await source().get()).value).toBe("token-2");
    expect(sent).toHaveLength(2);
  });

  test("rule 86: the Redis store does not share a token between different scopes, clients or keys", async () => {
    const { client } = createRedisModel();
    const { source, sent } = setUp(client);
    await source().get();
    await source(sampleRequest({ scopes: ["other"] })).get();
    await source(sampleRequest({ clientId: "other" })).get();
    await setUp(client, { key: secondKey }).source().get();
    expect(sent).toHaveLength(3);
  });

  test("invalidate removes the token from the Redis store for all sources", async () => {
    const { source, sent } = setUp(createRedisModel().client);
    const one = source();
    one.invalidate(await one.get());
    // A new source each time: a source that read the token before its removal still has it.
    await expect.poll(async () => (await source().get()).value).toBe("token-2");
    expect((await one.get()).value).toBe("token-2");
    expect(sent).toHaveLength(2);
  });

  test("rules 75 and 93: Redis commands contain neither token, secret, client id nor endpoint, and the store does not reveal its key", async () => {
    const { client, sent: commands } = createRedisModel();
    const { source } = setUp(client);
    await source().get();
    const seen = JSON.stringify(commands);
    expect(commands.length).toBeGreaterThan(3);
    for (const word of [...encodings(secret), ...encodings("token-1"), ...encodings("client-1"), "auth.example"]) {
      expect(seen, word).not.toContain(word);
    }
    expect(everyView(createRedisTokenStore(client, { key: firstKey }))).not.toContain("0, 1, 2, 3");
  });

  test("independent sources with one Redis store send one token request", async () => {
    const { source, sent } = setUp(createRedisModel().client);
    const tokens = await Promise.all(Array.from({ length: 20 }, () => source().get()));
    expect(new Set(tokens.map(({ value }) => value)).size).toBe(1);
    expect(tokens[0]).toMatchObject({ scopes: [], scopeSource: "request" });
    expect(sent).toHaveLength(1);
  });
});
