import { ConfigurationError } from "oauth-clients";
import { describe, expect, test } from "vitest";
import { StoreError } from "../../../src/provision/stores/errors.js";
import {
  listDocumentsScript,
  readDocumentScript,
  redisDocuments,
  writeDocumentScript,
} from "../../../src/provision/stores/redis.js";
import type { RedisClient } from "../../../src/token/redis/index.js";
import { rejection } from "./folder.js";
import { describeDocumentStore } from "./subject.js";

const key = "acme/prod/report";

/** A hash of Redis that runs the scripts as a real server does. test/redis proves the scripts. */
function simulateRedis() {
  const hashes = new Map<string, Map<string, string>>();
  const faults: ("lost" | Error)[] = [];
  let nowMs = Date.parse("2026-02-03T04:05:06.789Z");

  function evaluate(
    script: string,
    [name = ""]: string[],
    [field = "", expected, version, json]: string[],
  ): string | number | null {
    const hash = hashes.get(name) ?? new Map<string, string>();
    hashes.set(name, hash);
    const found = hash.get(field);
    if (script === listDocumentsScript) return [...hash.keys()].join("\n");
    if (script === readDocumentScript) return found === undefined ? null : `${nowMs}\n${found}`;
    if (script !== writeDocumentScript) throw new Error("unknown script");
    if ((found?.split("\n")[0] ?? "") !== expected) return 0;
    if (json === "") return Number(hash.delete(field));
    hash.set(field, `${version}\n${nowMs}\n${json}`);
    return 1;
  }

  const client: RedisClient = {
    async eval(script: string, { keys, arguments: values }: { keys: string[]; arguments: string[] }) {
      const fault = script === writeDocumentScript ? faults.shift() : undefined;
      if (fault instanceof Error) throw fault;
      const reply = evaluate(script, keys, values);
      if (fault === "lost") throw new Error("Socket closed unexpectedly");
      return reply;
    },
  };
  return {
    client,
    hashes,
    fail: (fault: "lost" | Error) => void faults.push(fault),
    advance: (ms: number) => {
      nowMs += ms;
    },
  };
}

describe("redisDocuments", () => {
  test.each([
    [undefined, {}, "client"],
    [{ get: () => {} }, {}, "client"],
    [simulateRedis().client, { name: "" }, "name"],
    [simulateRedis().client, { timeoutMs: 0 }, "timeoutMs"],
  ])("refuses the client %j with the options %j at once, and names the field", (client, options, field) => {
    const create = () => redisDocuments(client as RedisClient, options);
    expect(create).toThrow(ConfigurationError);
    expect(create).toThrow(`redisDocuments: ${field}: expected`);
  });

  test.each(["", "a\nb", "a\0b"])("refuses the key %j", (name) => {
    expect(() => redisDocuments(simulateRedis().client).document(name)).toThrow(ConfigurationError);
  });

  test.each(["", "text", "1\n2\n", "1\n2\n[]", "version\nx\n{}"])(
    "never takes the foreign field %j for a missing document",
    async (field) => {
      const redis = simulateRedis();
      redis.hashes.set("journal", new Map([[key, field]]));
      const error = await rejection(redisDocuments(redis.client, { name: "journal" }).document(key).read());
      expect(error).toBeInstanceOf(StoreError);
      expect(error.message).toContain(`redis journal#${key} is not a document of this store. Nothing was written.`);
    },
  );

  test("rejects where the server cannot be reached", async () => {
    const client = { eval: () => Promise.reject(new Error("The client is closed")) } as unknown as RedisClient;
    const store = redisDocuments(client);
    expect(await rejection(store.keys())).toMatchObject({ store: "redis", outcome: "not_applied" });
    expect(await rejection(store.document(key).read())).toMatchObject({ outcome: "not_applied" });
    const error = await rejection(store.document(key).write({}, undefined));
    expect(error).toMatchObject({ outcome: "unknown" });
    expect(error.message).toContain("The client is closed. The store may have written it.");
  });

  test.each(["OOM command not allowed", "READONLY You can't write", "NOPERM no permissions", "WRONGTYPE Operation"])(
    "says of the reply %s that nothing was written",
    async (message) => {
      const redis = simulateRedis();
      redis.fail(new Error(message));
      expect(await rejection(redisDocuments(redis.client).document(key).write({}, undefined))).toMatchObject({
        outcome: "not_applied",
      });
    },
  );

  test("resolves when the reply of a write was lost", async () => {
    const redis = simulateRedis();
    const document = redisDocuments(redis.client).document(key);
    redis.fail("lost");
    const version = await document.write({ id: 1 }, undefined);
    expect(await document.read()).toMatchObject({ document: { id: 1 }, version });
  });

  test("sends nothing when the signal has fired", async () => {
    const redis = simulateRedis();
    const reason = new Error("enough");
    const options = { signal: AbortSignal.abort(reason) };
    const document = redisDocuments(redis.client).document(key);
    expect(await rejection(document.write({}, undefined, options))).toBe(reason);
    expect(await rejection(document.read(options))).toBe(reason);
    expect(redis.hashes.size).toBe(0);
  });

  test("says how long a version has existed, by the server's clock", async () => {
    const redis = simulateRedis();
    const document = redisDocuments(redis.client).document(key);
    await document.write({ id: 1 }, undefined);
    redis.advance(90_000);
    expect((await document.read())?.ageMs).toBe(90_000);
  });

  describeDocumentStore(async () => {
    const { client } = simulateRedis();
    return { store: redisDocuments(client), other: redisDocuments(client) };
  });
});
