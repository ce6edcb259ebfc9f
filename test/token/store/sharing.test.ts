import { describe, expect, test } from "vitest";
import { clientSecretBasic, clientSecretPost } from "../../../src/token/authentication.js";
import { createTokenSource } from "../../../src/token/source.js";
import {
  createSharedTokenStore,
  type SharedTokenStoreOptions,
  type TokenStoreAdapter,
} from "../../../src/token/store/index.js";
import { encodings, everyView, grant, record, rejection, sampleRequest, secret } from "../recorder.js";
import { memoryStore } from "./memory.js";

type Respond = (count: number) => Response | Promise<Response>;

/** Token sources of several processes with one store and one authorization server. */
function setUp(store: TokenStoreAdapter, size: number, options: SharedTokenStoreOptions = {}, respond?: Respond) {
  const { fetch, sent } = record(respond ?? ((count) => Response.json(grant({ access_token: `token-${count}` }))));
  const clock = { now: 0 };
  const settings = { fetch, now: () => clock.now, retry: { maxRetries: 0 } };
  const make = () => createTokenSource(sampleRequest(), { ...settings, store: createSharedTokenStore(store, options) });
  return { sources: Array.from({ length: size }, make), sent, clock };
}

const never = () => new Promise<never>(() => undefined);
const rejects = () => Promise.reject(new Error("down"));
const throws = () => {
  throw new Error("down");
};
const runPendingTasks = async () => {
  for (let turn = 0; turn < 10; turn++) await new Promise(setImmediate);
};

describe("createSharedTokenStore: validation", () => {
  test.each(["get", "set", "delete", "lock"])("createSharedTokenStore rejects a store without %s", (name) => {
    expect(() => createSharedTokenStore({ ...memoryStore().store, [name]: undefined } as never)).toThrow(`store.${name}: `);
  });

  test.each([
    ["timeoutMs", { timeoutMs: 0 }],
    ["waitMs", { waitMs: -1 }],
    ["ttl", { ttl: 5 }],
  ])("createSharedTokenStore rejects the option %s of %o", (path, options) => {
    expect(() => createSharedTokenStore(memoryStore().store, options as object)).toThrow(`${path}: `);
  });

  test("createSharedTokenStore rejects a missing store", () => {
    expect(() => createSharedTokenStore(undefined as never)).toThrow("store.get: ");
  });

  test("createTokenSource rejects a store together with a client authentication that has no identity", () => {
    const clientAuthentication = { method: "custom", authenticate: () => ({ secrets: [] }) };
    const store = createSharedTokenStore(memoryStore().store);
    expect(() => createTokenSource(sampleRequest({ clientAuthentication }), { store })).toThrow("store: needs");
  });
});

describe("shared token store: failures of the store", () => {
  test.each([
    ["get rejects", { get: rejects }],
    ["get throws", { get: throws }],
    ["get hangs", { get: never }],
    ["set rejects", { set: rejects }],
    ["set hangs", { set: never }],
    ["lock rejects", { lock: rejects }],
    ["lock hangs", { lock: never }],
    ["the release of the lock throws", { lock: async () => throws }],
    ["the release of the lock hangs", { lock: async () => never }],
    ["all methods fail", { get: rejects, set: throws, lock: rejects }],
  ] satisfies [string, Partial<TokenStoreAdapter>][])("a token source requests its own token when %s", async (_, faults) => {
    const { sources, sent } = setUp({ ...memoryStore().store, ...faults }, 1, { timeoutMs: 20 });
    expect(await sources[0]!.get()).toMatchObject({ value: "token-1" });
    expect(sent).toHaveLength(1);
  });

  test.each(["", "nonsense", "null", "[]", '{"value":"canary\\n"}', 7])(
    "a token source requests its own token when the store returns %o",
    async (value) => {
      const { sources } = setUp({ ...memoryStore().store, get: async () => value as string }, 1);
      expect(await sources[0]!.get()).toMatchObject({ value: "token-1" });
    },
  );

  test("a token source requests a new token when the store cannot delete the invalidated one", async () => {
    const { sources } = setUp({ ...memoryStore().store, delete: rejects }, 1);
    const token = await sources[0]!.get();
    sources[0]!.invalidate(token);
    expect(await sources[0]!.get()).toMatchObject({ value: "token-2" });
    await runPendingTasks();
  });

  test("a token source requests its own token after waitMs when another process does not release the lock", async () => {
    const { sources, sent } = setUp({ ...memoryStore().store, lock: async () => undefined }, 1, { waitMs: 60 });
    expect(await sources[0]!.get()).toMatchObject({ value: "token-1" });
    expect(sent).toHaveLength(1);
  });
});

describe("shared token store: error responses of the authorization server", () => {
  test("an error response is returned to the caller, releases the lock and leaves the store empty", async () => {
    const { store, values, locks } = memoryStore();
    const { sources } = setUp(store, 1, {}, () => Response.json({ error: "invalid_scope" }, { status: 400 }));
    expect(await rejection(sources[0]!.get())).toMatchObject({ error: "invalid_scope" });
    expect([values.size, locks.size]).toEqual([0, 0]);
  });

  test("a failed refresh leaves the current token in use", async () => {
    const respond: Respond = (count) => (count === 1 ? Response.json(grant()) : new Response("", { status: 503 }));
    const { sources, clock } = setUp(memoryStore().store, 1, {}, respond);
    const token = await sources[0]!.get();
    clock.now += 3_590_000;
    expect(await sources[0]!.get()).toBe(token);
    await runPendingTasks();
    expect(await sources[0]!.get()).toBe(token);
  });
});

describe("shared token store: names and entries", () => {
  test("rules 75 and 86: the store names an entry by a keyed hash that depends on secret, method and scope", async () => {
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
    for (const text of encodings(secret)) expect(everyView([...values])).not.toContain(text);
  });

  test("the store contains no token without a lifetime", async () => {
    const { store, values } = memoryStore();
    const { sources } = setUp(store, 1, {}, () => Response.json(grant({ expires_in: undefined })));
    await sources[0]!.get();
    expect(values.size).toBe(0);
  });
});

describe("shared token store: several processes", () => {
  test("20 processes that start at the same time send one token request", async () => {
    const { store } = memoryStore();
    const { sources, sent } = setUp(store, 20);
    const tokens = await Promise.all(sources.map((source) => source.get()));
    expect(new Set(tokens.map(({ value }) => value))).toEqual(new Set(["token-1"]));
    expect(sent).toHaveLength(1);
  });

  test("five processes that invalidate the same token send one token request", async () => {
    const { store } = memoryStore();
    const { sources, sent } = setUp(store, 5);
    const tokens = await Promise.all(sources.map((source) => source.get()));
    sources.map((source, index) => source.invalidate(tokens[index]!));
    const next = await Promise.all(sources.map((source) => source.get()));
    expect(new Set(next.map(({ value }) => value))).toEqual(new Set(["token-2"]));
    expect(sent).toHaveLength(2);
  });

  test("five processes send one token request when the token is about to expire", async () => {
    const { store } = memoryStore();
    const { sources, sent, clock } = setUp(store, 5);
    await Promise.all(sources.map((source) => source.get()));
    clock.now += 3_590_000;
    await Promise.all(sources.map((source) => source.get()));
    await expect.poll(() => new Set(sources.map((source) => source.peek()?.value))).toEqual(new Set(["token-2"]));
    expect(sent).toHaveLength(2);
  });

  test("a token source does not read the store while its own token is valid", async () => {
    const { store, calls } = memoryStore();
    const { sources } = setUp(store, 1);
    await sources[0]!.get();
    calls.length = 0;
    for (let call = 0; call < 10; call++) await sources[0]!.get();
    expect(calls).toEqual([]);
  });
});

describe("shared token store: lifetime of a token", () => {
  const token = {
    value: "shared",
    tokenType: "Bearer",
    lifetimeMs: 100_000,
    scopes: [],
    scopeSource: "response",
    additionalFields: {},
  } as const;

  test("the lifetime of a token from the store starts when the store returns it", async () => {
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

  test("the lifetime of a requested token starts before the request is sent", async () => {
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
