// Every client with a real Redis or Valkey: the scripts have the same effects as the model in the unit tests.
import assert from "node:assert/strict";
import { afterEach, describe, test } from "node:test";
import { clientSecretBasic, createTokenSource } from "../../src/token/index.js";
import { scriptRunner } from "../../src/token/redis/client.js";
import { createRedisTokenStore } from "../../src/token/redis/index.js";
import { lockScript } from "../../src/token/redis/scripts.js";
import { adapterCases, firstKey } from "../token/redis/adapter-cases.js";
import { type Connection, connectors, freshPrefix, keysUnder, redisUrl, skip } from "./connections.js";
import { startEndpoint } from "./endpoint.js";

const atEnd: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of atEnd.splice(0).reverse()) await end();
});

async function createEnvironment(connector: (url: string) => Promise<Connection>) {
  const { client, close } = await connector(redisUrl!);
  const prefix = freshPrefix();
  atEnd.push(close, () => keysUnder(prefix, true));
  const run = scriptRunner(client, 5_000);
  const write = (name: string, value: string) => run('return redis.call("SET", KEYS[1], ARGV[1])', [name], [value]);
  return { client, run, prefix, keys: () => keysUnder(prefix), write };
}

async function startSource(
  connection: { readonly client: Connection["client"]; readonly prefix: string },
  tokenEndpoint: string,
) {
  const store = createRedisTokenStore(connection.client, { key: firstKey, prefix: connection.prefix, timeoutMs: 5_000 });
  return createTokenSource(
    { tokenEndpoint, clientId: "client-1", clientAuthentication: clientSecretBasic("canary-secret") },
    { store },
  );
}

for (const [name, connector] of Object.entries(connectors)) {
  describe(`Redis adapter: with ${name}`, { skip }, () => {
    for (const [title, run] of Object.entries(adapterCases)) {
      test(title, async () => run(await createEnvironment(connector)));
    }
  });

  describe(`sources that share tokens by ${name}`, { skip }, () => {
    test("request their own token when the connection is closed", async () => {
      const endpoint = await startEndpoint();
      const { client, close } = await connector(redisUrl!);
      atEnd.push(endpoint.close);
      const source = await startSource({ client, prefix: freshPrefix() }, endpoint.tokenEndpoint);
      await close();
      assert.equal((await source.get()).value, endpoint.requests[0]?.token);
    });

    test("rules 75 and 87: send one request, and store nothing readable in Redis", async () => {
      const endpoint = await startEndpoint();
      atEnd.push(endpoint.close);
      const connection = await createEnvironment(connector);
      const sources = await Promise.all(Array.from({ length: 20 }, () => startSource(connection, endpoint.tokenEndpoint)));
      const tokens = await Promise.all(sources.map((source) => source.get()));
      assert.equal(endpoint.requests.length, 1);
      assert.deepEqual([...new Set(tokens.map(({ value }) => value))], [endpoint.requests[0]?.token]);
      const all = await connection.keys();
      assert.deepEqual(
        Object.keys(all)
          .map((key) => key.replace(/^.*\}/, ""))
          .sort(),
        ["", ":fence"],
      );
      for (const word of [endpoint.requests[0]?.token ?? "", "canary-secret", "client-1", "127.0.0.1"]) {
        assert.ok(!JSON.stringify(all).includes(word), word);
      }
    });
  });
}

describe("fencing tokens on a real server", { skip }, () => {
  test("keep growing after the counter was deleted", async () => {
    const { run, prefix } = await createEnvironment(connectors["redis 5"]!);
    const take = async () =>
      Number(await run(lockScript, [`${prefix}lock-${Math.random()}`, `${prefix}fence`], ["me", "60000", "60000"]));
    const first = await take();
    const second = await take();
    assert.equal(second, first + 1);
    await run('return redis.call("DEL", KEYS[1])', [`${prefix}fence`], []);
    assert.ok((await take()) > second);
  });
});
