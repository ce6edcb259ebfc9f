// The document store with every client on a real Redis or Valkey.
import assert from "node:assert/strict";
import { afterEach, describe, test } from "node:test";
import { VersionConflictError } from "../../src/provision/errors.js";
import { redisDocuments } from "../../src/provision/stores/redis.js";
import { connectors, freshPrefix, redisUrl, skip } from "./connections.js";

const atEnd: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of atEnd.splice(0).reverse()) await end();
});

const key = "acme/prod/report";

for (const [title, connector] of Object.entries(connectors)) {
  describe(`documents in Redis, by ${title}`, { skip }, () => {
    async function setup() {
      const connections = [await connector(redisUrl!), await connector(redisUrl!)];
      const name = `${freshPrefix()}documents`;
      const stores = connections.map(({ client }) => redisDocuments(client, { name }));
      atEnd.push(async () => {
        for (const found of await stores[0]!.keys())
          await stores[0]!.document(found).remove((await stores[0]!.document(found).read())!.version);
        await Promise.all(connections.map(({ close }) => close()));
      });
      return { store: stores[0]!, other: stores[1]! };
    }

    test("a write with another version than the stored one is rejected", async () => {
      const { store, other } = await setup();
      const first = await store.document(key).write({ id: 1 }, undefined);
      await assert.rejects(other.document(key).write({ id: 2 }, undefined), VersionConflictError);
      const second = await other.document(key).write({ id: 2 }, first);
      await assert.rejects(store.document(key).write({ id: 3 }, first), VersionConflictError);
      await assert.rejects(store.document(key).remove(first), VersionConflictError);
      assert.deepEqual((await store.document(key).read())?.document, { id: 2 });
      await other.document(key).remove(second);
      await other.document(key).remove(second);
      assert.equal(await store.document(key).read(), undefined);
      await assert.rejects(store.document(key).write({ id: 3 }, second), VersionConflictError);
    });

    test("only one of many concurrent writes replaces a version", async () => {
      const { store, other } = await setup();
      const first = await store.document(key).write({ id: 0 }, undefined);
      const writes = Array.from({ length: 20 }, (_, id) => (id % 2 ? store : other).document(key).write({ id }, first));
      const results = await Promise.allSettled(writes);
      assert.equal(results.filter(({ status }) => status === "fulfilled").length, 1);
    });

    test("a document is read, listed and has an age", async () => {
      const { store, other } = await setup();
      assert.deepEqual(await store.keys(), []);
      const content = { text: "ä \n \u0000 ' \"", list: [1, null, { deep: true }] };
      const version = await store.document(key).write(content, undefined);
      await store.document("other").write({}, undefined);
      const found = await other.document(key).read();
      assert.deepEqual(found?.document, content);
      assert.equal(found?.version, version);
      assert.ok(found.ageMs !== undefined && found.ageMs >= 0 && found.ageMs < 60_000, String(found.ageMs));
      assert.deepEqual([...(await other.keys())].sort(), [key, "other"].sort());
    });
  });
}
