import { describe, expect, test } from "vitest";
import { clientSecretBasic, clientSecretPost } from "../../../src/token/authentication.js";
import { createTokenSource } from "../../../src/token/source.js";
import {
  createSharedTokenStore,
  type SharedTokenStoreOptions,
  type TokenStoreAdapter,
} from "../../../src/token/store/index.js";
import { everyView, grant, record, rejection, sampleRequest, secret, spellings } from "../recorder.js";
import { memoryStore } from "./memory.js";

type Answer = (count: number) => Response | Promise<Response>;

/** Many processes with one store and one server. */
function fleet(store: TokenStoreAdapter, size: number, options: SharedTokenStoreOptions = {}, answer?: Answer) {
  const { fetch, sent } = record(answer ?? ((count) => Response.json(grant({ access_token: `token-${count}` }))));
  const clock = { now: 0 };
  const settings = { fetch, now: () => clock.now, retry: { maxRetries: 0 } };
  const make = () => createTokenSource(sampleRequest(), { ...settings, store: createSharedTokenStore(store, options) });
  return { sources: Array.from({ length: size }, make), sent, clock };
}

const never = () => new Promise<never>(() => undefined);
const fails = () => Promise.reject(new Error("down"));
const throws = () => {
  throw new Error("down");
};
const settle = async () => {
  for (let turn = 0; turn < 10; turn++) await new Promise(setImmediate);
};

describe("what cannot work is refused", () => {
  test.each(["get", "set", "delete", "lock"])("a store without %s", (name) => {
    expect(() => createSharedTokenStore({ ...memoryStore().store, [name]: undefined } as never)).toThrow(`store.${name}: `);
  });

  test.each([
    ["timeoutMs", { timeoutMs: 0 }],
    ["waitMs", { waitMs: -1 }],
    ["ttl", { ttl: 5 }],
  ])("the option %s of %o", (path, options) => {
    expect(() => createSharedTokenStore(memoryStore().store, options as object)).toThrow(`${path}: `);
  });

  test("no store at all", () => {
    expect(() => createSharedTokenStore(undefined as never)).toThrow("store.get: ");
  });

  test("a client authentication that cannot be told from others, when the source is made", () => {
    const clientAuthentication = { method: "custom", authenticate: () => ({ secrets: [] }) };
    const store = createSharedTokenStore(memoryStore().store);
    expect(() => createTokenSource(sampleRequest({ clientAuthentication }), { store })).toThrow("store: needs");
  });
});

describe("a store that fails is as if there were none", () => {
  test.each([
    ["get rejects", { get: fails }],
    ["get throws", { get: throws }],
    ["get hangs", { get: never }],
    ["set rejects", { set: fails }],
    ["set hangs", { set: never }],
    ["lock rejects", { lock: fails }],
    ["lock hangs", { lock: never }],
    ["the lock cannot be given back", { lock: async () => throws }],
    ["giving the lock back hangs", { lock: async () => never }],
    ["all of it fails", { get: fails, set: throws, lock: fails }],
  ] satisfies [string, Partial<TokenStoreAdapter>][])("when %s", async (_, faults) => {
    const { sources, sent } = fleet({ ...memoryStore().store, ...faults }, 1, { timeoutMs: 20 });
    expect(await sources[0]!.get()).toMatchObject({ value: "token-1" });
    expect(sent).toHaveLength(1);
  });

  test.each(["", "nonsense", "null", "[]", '{"value":"canary\\n"}', 7])("when it gives %o", async (value) => {
    const { sources } = fleet({ ...memoryStore().store, get: async () => value as string }, 1);
    expect(await sources[0]!.get()).toMatchObject({ value: "token-1" });
  });

  test("when deleting fails", async () => {
    const { sources } = fleet({ ...memoryStore().store, delete: fails }, 1);
    const token = await sources[0]!.get();
    sources[0]!.invalidate(token);
    expect(await sources[0]!.get()).toMatchObject({ value: "token-2" });
    await settle();
  });

  test("when the lock is never given back, for as long as waiting was allowed", async () => {
    const { sources, sent } = fleet({ ...memoryStore().store, lock: async () => undefined }, 1, { waitMs: 60 });
    expect(await sources[0]!.get()).toMatchObject({ value: "token-1" });
    expect(sent).toHaveLength(1);
  });
});

describe("a failure of the server", () => {
  test("comes out as it is, gives the lock back and leaves nothing in the store", async () => {
    const { store, values, locks } = memoryStore();
    const { sources } = fleet(store, 1, {}, () => Response.json({ error: "invalid_scope" }, { status: 400 }));
    expect(await rejection(sources[0]!.get())).toMatchObject({ error: "invalid_scope" });
    expect([values.size, locks.size]).toEqual([0, 0]);
  });

  test("leaves the kept token in service", async () => {
    const answer: Answer = (count) => (count === 1 ? Response.json(grant()) : new Response("", { status: 503 }));
    const { sources, clock } = fleet(memoryStore().store, 1, {}, answer);
    const token = await sources[0]!.get();
    clock.now += 3_590_000;
    expect(await sources[0]!.get()).toBe(token);
    await settle();
    expect(await sources[0]!.get()).toBe(token);
  });
});

describe("what is in the store", () => {
  test("rules 75 and 86: is named by a keyed hash, which differs by secret, method and scope", async () => {
    const { store, values } = memoryStore();
    const requests = [
      sampleRequest(),
      sampleRequest({ clientAuthentication: clientSecretBasic("another") }),
      sampleRequest({ clientAuthentication: clientSecretPost(secret) }),
      sampleRequest({ scopes: ["read"] }),
    ];
    for (const request of requests)
      await createTokenSource(request, { ...record(), store: createSharedTokenStore(store) }).get();
    expect(values.size).toBe(4);
    for (const name of values.keys()) expect(name).toMatch(/^oauth-clients:[0-9a-f]{64}$/);
    for (const spelling of spellings(secret)) expect(everyView([...values])).not.toContain(spelling);
  });

  test("is nothing for a token whose lifetime nobody knows", async () => {
    const { store, values } = memoryStore();
    const { sources } = fleet(store, 1, {}, () => Response.json(grant({ expires_in: undefined })));
    await sources[0]!.get();
    expect(values.size).toBe(0);
  });
});

describe("a fleet", () => {
  test("sends one request, however many processes start at once", async () => {
    const { store } = memoryStore();
    const { sources, sent } = fleet(store, 20);
    const tokens = await Promise.all(sources.map((source) => source.get()));
    expect(new Set(tokens.map(({ value }) => value))).toEqual(new Set(["token-1"]));
    expect(sent).toHaveLength(1);
  });

  test("sends one request for a token that was refused, however many report it", async () => {
    const { store } = memoryStore();
    const { sources, sent } = fleet(store, 5);
    const tokens = await Promise.all(sources.map((source) => source.get()));
    sources.map((source, index) => source.invalidate(tokens[index]!));
    const next = await Promise.all(sources.map((source) => source.get()));
    expect(new Set(next.map(({ value }) => value))).toEqual(new Set(["token-2"]));
    expect(sent).toHaveLength(2);
  });

  test("sends one request when the token nears its end", async () => {
    const { store } = memoryStore();
    const { sources, sent, clock } = fleet(store, 5);
    await Promise.all(sources.map((source) => source.get()));
    clock.now += 3_590_000;
    await Promise.all(sources.map((source) => source.get()));
    await expect.poll(() => new Set(sources.map((source) => source.peek()?.value))).toEqual(new Set(["token-2"]));
    expect(sent).toHaveLength(2);
  });

  test("never asks the store for a token that is kept", async () => {
    const { store, calls } = memoryStore();
    const { sources } = fleet(store, 1);
    await sources[0]!.get();
    calls.length = 0;
    for (let call = 0; call < 10; call++) await sources[0]!.get();
    expect(calls).toEqual([]);
  });
});

describe("a token of others", () => {
  const token = {
    value: "shared",
    tokenType: "Bearer",
    lifetimeMs: 100_000,
    scopes: [],
    scopeSource: "response",
    additionalFields: {},
  } as const;

  test("lives as long as it says when it comes, however long it was waited for", async () => {
    const clock = { now: 0 };
    const renew = async () => {
      clock.now += 60_000;
      return token;
    };
    const store = { open: () => ({ renew, forget: () => undefined }) };
    const source = createTokenSource(sampleRequest(), { store, now: () => clock.now });
    await source.get();
    clock.now += 94_000;
    expect(source.peek()?.value).toBe("shared");
    clock.now += 2_000;
    expect(source.peek()).toBeUndefined();
  });

  test("counts one's own from the moment before it is sent", async () => {
    const clock = { now: 0 };
    const { fetch } = record(() => {
      clock.now += 60_000;
      return Response.json(grant({ expires_in: 100 }));
    });
    const source = createTokenSource(sampleRequest(), {
      store: createSharedTokenStore(memoryStore().store),
      fetch,
      now: () => clock.now,
    });
    await source.get();
    clock.now += 34_000;
    expect(source.peek()).toBeDefined();
    clock.now += 2_000;
    expect(source.peek()).toBeUndefined();
  });
});
