import { inspect } from "node:util";
import {
  apply,
  check,
  fromEnv,
  InvalidConfigurationError,
  importClient,
  list,
  plan,
  type RunEvent,
  type RunResult,
  resolve,
  rotate,
} from "oauth-clients/provision";
import { describe, expect, test, vi } from "vitest";
import { oryProvider } from "../../src/ory/provider.js";
import { stopTime } from "../time.js";
import { memoryStore } from "./memory.js";
import { setup, tokenCanary } from "./worlds.js";

const vendors = ["ory", "ovh", "genesys", "tfe"] as const;
const withSecret = ["ory", "ovh", "genesys"] as const;
const writes = (sent: readonly string[]) => sent.filter((one) => !one.startsWith("GET") && !one.endsWith("token"));

describe.each(vendors)("nothing is written at %s", (vendor) => {
  test("when the credentials belong to another account than the environment names", async () => {
    const { world, report, configure, entry } = await setup(vendor);
    const { clients } = await report();
    const wrong = await configure(clients, { environments: { test: { accounts: { [vendor]: "another" } } } });
    expect((await plan(wrong)).actions).toMatchObject([{ action: "stop", reason: "account_differs" }]);
    expect(await apply(wrong)).toMatchObject({ ok: false, clients: [{ reason: "account_differs" }] });
    expect(writes(world.sent)).toEqual([]);
    expect(entry()).toBeUndefined();
  });

  test("when the journal belongs to another environment", async () => {
    const { world, store, journal, report, entry } = await setup(vendor);
    await apply(await report());
    const document = world.hasSecret ? store.journal : journal.document("acme/test/report");
    const stored = await document.read();
    await document.write({ ...stored?.document, environment: "prod" }, stored?.version);
    const before = entry();
    world.sent.length = 0;
    expect(await apply(await report())).toMatchObject({ clients: [{ reason: "journal_of_another_client" }] });
    expect(writes(world.sent)).toEqual([]);
    expect(entry()).toEqual(before);
  });

  test("when the journal and the store were emptied, and the secret in use still works", async () => {
    const { world, store, journal, report, entry, consumed } = await setup(vendor);
    await apply(await report());
    const inUse = world.hasSecret ? consumed() : undefined;
    const document = world.hasSecret ? store.journal : journal.document("acme/test/report");
    await document.remove((await document.read())?.version ?? "");
    await store.clear();
    world.sent.length = 0;
    const reason = vendor === "tfe" ? "client_with_same_name" : "marked_client_without_journal";
    expect(await apply(await report())).toMatchObject({ ok: false, clients: [{ status: "stopped", reason }] });
    expect(writes(world.sent)).toEqual([]);
    expect(entry()).toBeUndefined();
    expect(store.history.length).toBe(world.hasSecret ? 1 : 0);
    if (inUse !== undefined) expect(await world.works(inUse)).toBe(true);
  });

  test("by a plan, whatever the state", async () => {
    const { world, report } = await setup(vendor);
    await apply(await report());
    world.sent.length = 0;
    await plan(await report({ name: "Another name" }));
    expect(writes(world.sent)).toEqual([]);
  });

  test("when the plan does not contain it", async () => {
    const { world, report } = await setup(vendor);
    const configuration = await report();
    const planned = await plan(configuration);
    const renamed = await report({ name: "Another name" });
    expect(await apply(renamed, { plan: planned })).toMatchObject({ ok: false, clients: [{ status: "not_in_plan" }] });
    expect(await world.count()).toBe(0);
  });

  test("by an error response that is not the vendor's confirmation of absence", async () => {
    const { world, report } = await setup(vendor);
    const configuration = await report();
    await apply(configuration);
    for (const status of [401, 403, 404, 500, 503]) {
      world.sent.length = 0;
      world.intercept(async (request) =>
        request.method === "GET"
          ? new Response("<html>gateway</html>", { status, headers: { "retry-after": "0" } })
          : undefined,
      );
      const result = await apply(configuration).catch((error: unknown) => ({ ok: false, clients: [], error }));
      world.intercept(undefined);
      expect(result.ok, String(status)).toBe(false);
      expect(writes(world.sent), String(status)).toEqual([]);
    }
    expect(await world.count()).toBe(1);
  });
});

describe.each(withSecret)("the secret at %s", (vendor) => {
  test("is created and not stored: the client is deleted again, and the run has failed", async () => {
    const { world, report, store } = await setup(vendor, (operation, moment) => {
      if (operation === "stage" && moment === "before") throw new Error("disk full");
    });
    const result = await apply(await report());
    expect(result).toMatchObject({ ok: false, clients: [{ status: "failed", changed: true }] });
    expect(await world.count()).toBe(0);
    expect(store.history).toEqual([]);
  });

  test("is staged and its client was deleted again: no consumer has it, and the next run creates the client", async () => {
    let isKilled = false;
    let isFirst = true;
    const { world, report, store, consumed } = await setup(vendor, (operation, moment) => {
      if (isFirst && operation === "stage" && moment === "after") isKilled = true;
      if (isKilled) throw new Error("the process is gone");
    });
    world.intercept(async () => (isKilled ? Response.error() : undefined));
    expect((await apply(await report())).ok).toBe(false);
    isKilled = false;
    isFirst = false;
    world.intercept(undefined);
    const staged = store.next()?.credentials.clientId ?? "";
    await world.provider.delete(staged);
    const result = await apply(await report());
    expect(result, JSON.stringify(result)).toMatchObject({ ok: true });
    expect(await world.count()).toBe(1);
    expect(await world.works(consumed())).toBe(true);
  });

  test("is created, not stored and not revoked: the result has a variant of its own", async () => {
    const { world, report } = await setup(vendor, (operation, moment) => {
      if (operation === "stage" && moment === "before") throw new Error("disk full");
    });
    world.intercept(async (request) => (request.method === "DELETE" ? new Response("no", { status: 403 }) : undefined));
    const result = await apply(await report());
    expect(result).toMatchObject({ ok: false, clients: [{ status: "secret_not_stored", id: expect.stringMatching(/.+/) }] });
  });

  test("goes to a function, and the project's journal records the client", async () => {
    const { world, journal, configure } = await setup(vendor);
    const received: { clientId: string; clientSecret: string }[] = [];
    const configuration = await configure({
      report: world.declare(undefined, {}, { secretStore: (one: (typeof received)[number]) => void received.push(one) }),
    });
    const result = await apply(configuration);
    expect(result, JSON.stringify(result)).toMatchObject({ ok: true });
    expect(received).toHaveLength(1);
    expect(await world.works(received[0] as (typeof received)[number])).toBe(true);
    expect(journal.content()).toHaveProperty(["acme/test/report", "clientId"], received[0]?.clientId);
    expect(await apply(configuration)).toMatchObject({ ok: true, clients: [{ status: "unchanged" }] });
    expect((await rotate(configuration, ["report"])).ok).toBe(true);
    expect(received).toHaveLength(2);
    expect(await world.works(received[1] as (typeof received)[number])).toBe(true);
  });

  test("that the token endpoint refuses is not promoted, and the run has failed", async () => {
    const { world, report, store, consumed } = await setup(vendor);
    const configuration = await report();
    await apply(configuration);
    const before = consumed();
    world.intercept(async (request) => {
      if (!/token$/.test(new URL(request.url).pathname)) return undefined;
      const body = await request.clone().text();
      const isOwn = body.includes("grant_type=client_credentials") && !JSON.stringify([...request.headers]).includes("YWRtaW4");
      return isOwn && store.next() !== undefined
        ? new Response(JSON.stringify({ error: "invalid_client" }), {
            status: 401,
            headers: { "content-type": "application/json" },
          })
        : undefined;
    });
    const result = await rotate(configuration, ["report"]);
    world.intercept(undefined);
    expect(result).toMatchObject({ ok: false, clients: [{ status: "failed", changed: true }] });
    expect(consumed()).toEqual(before);
    expect(await world.works(before)).toBe(true);
    expect((await rotate(configuration, ["report"])).ok).toBe(true);
    expect(await world.works(consumed())).toBe(true);
  });
});

/** Starts runs. Time passes slowly while one of them works, and fast while all of them wait. */
async function advanceWhileWaiting(starts: readonly ((onEvent: (event: RunEvent) => void) => Promise<RunResult>)[]) {
  let working = starts.length;
  const onEvent = (event: RunEvent) => {
    if (event.type === "step" && event.step === "wait") working += event.state === "started" ? -1 : 1;
  };
  let ended = false;
  const all = Promise.all(
    starts.map(async (start) => {
      const result = await start(onEvent);
      working--;
      return result;
    }),
  ).finally(() => {
    ended = true;
  });
  while (!ended) await vi.advanceTimersByTimeAsync(working > 0 ? 1 : 500);
  return all;
}

describe.each(vendors)("two runs at once at %s", (vendor) => {
  test("make one client, whose secret works", async () => {
    for (let round = 0; round < 4; round++) {
      stopTime();
      let turn = 0;
      const { world, store, report } = await setup(
        vendor,
        async () => {
          for (let ticks = (round * 7 + turn++ * 3) % 5; ticks > 0; ticks--) await new Promise(setImmediate);
        },
        () => undefined,
      );
      const configuration = await report();
      // Each run has observed nothing of the other one before it starts.
      const results = await advanceWhileWaiting([1, 2].map(() => (onEvent) => apply(configuration, { onEvent })));
      const [again] = await advanceWhileWaiting([(onEvent) => apply(configuration, { onEvent })]);
      expect(again?.ok, JSON.stringify([...results, again])).toBe(true);
      expect(await world.count(), JSON.stringify(results)).toBe(1);
      if (world.hasSecret) {
        const { CLIENT_ID: clientId = "", CLIENT_SECRET: clientSecret = "" } = store.current() ?? {};
        expect(await world.works({ clientId, clientSecret })).toBe(true);
      }
    }
  });
});

describe("a write of a secret", () => {
  test("that ends after the deadline of the vendor call: the client stays, and the run continues", async () => {
    let isSlow = true;
    const { world, report, store, consumed } = await setup("ory", async (operation, moment) => {
      if (operation !== "stage" || moment !== "before" || !isSlow) return;
      isSlow = false;
      await new Promise((resolve) => setTimeout(resolve, 1_100));
    });
    // A sink has one second at least.
    const result = await apply(await report(), { timeoutMs: 500 });
    expect(result, JSON.stringify(result)).toMatchObject({ ok: true });
    expect(await world.count()).toBe(1);
    expect(store.history).toHaveLength(1);
    expect(await world.works(consumed())).toBe(true);
  });
});

describe.each(vendors)("secrets at %s", (vendor) => {
  test("appear in no plan, result, event, journal or error", async () => {
    const { world, store, journal, report } = await setup(vendor);
    const events: RunEvent[] = [];
    const onEvent = (event: RunEvent) => events.push(event);
    const configuration = await report({}, world.hasSecret ? { rotation: { overlap: "0s" } } : {});
    const planned = await plan(configuration);
    const results: unknown[] = [planned, await apply(configuration, { onEvent })];
    if (world.hasSecret) {
      results.push(await rotate(configuration, ["report"], { onEvent }));
      results.push(await resolve(configuration, "report", { as: "trust", id: store.current()?.CLIENT_ID ?? "" }, { onEvent }));
    }
    // The memory store of this test shows its content on purpose.
    const shown = world.hasSecret ? [results, events] : [results, events, configuration];
    const text = JSON.stringify([results, events, journal.content(), store.entry()]) + inspect(shown, { depth: 8 });
    const secrets = [...store.history.map((one) => one.CLIENT_SECRET), tokenCanary];
    expect(secrets.length).toBeGreaterThan(world.hasSecret ? 2 : 0);
    for (const secret of secrets) expect(text).not.toContain(secret);
  });
});

describe.each(vendors)("canary secrets at %s", (vendor) => {
  test("are nowhere but in the store, whatever fails", async () => {
    let fault: string | undefined;
    const { world, store, journal, configure, account } = await setup(vendor, (operation, moment) => {
      if (operation === fault && moment === "before") throw new Error("the store failed");
    });
    // What consumers have read is a property of the memory store.
    const { history, ...shownStore } = store;
    const configuration = await configure({
      report: world.declare(shownStore as typeof store, {}, world.hasSecret ? { rotation: { overlap: "0s" } } : {}),
    });
    const shown: unknown[] = [configuration];
    const onEvent = (event: RunEvent) => shown.push(event);
    const attempt = async (run: () => Promise<unknown>) =>
      shown.push(await run().catch((error: unknown) => error), journal.content(), store.entry());
    // The response repeats the request, as some servers do.
    const respond = (status: number) => async (request: Request) =>
      request.method === "GET" ? undefined : new Response(await request.clone().text(), { status });
    for (const status of [400, 403, 422, 500]) {
      world.intercept(respond(status));
      await attempt(() => apply(configuration, { onEvent }));
    }
    world.intercept(undefined);
    for (fault of ["write journal", "stage", "promote", "unstage", undefined])
      await attempt(() => apply(configuration, { onEvent }));
    if (world.hasSecret)
      for (fault of ["stage", "promote", undefined]) await attempt(() => rotate(configuration, ["report"], { onEvent }));
    const clientSecret = fromEnv("OLD", { env: { OLD: "canary-imported-secret" } });
    await attempt(() => importClient(configuration, "report", { id: account, clientSecret }, { onEvent }));
    await attempt(() => plan(configuration, { onEvent }));
    await attempt(() => list(configuration, { onEvent, unmanaged: true }));

    const env = Object.entries(world.simulator.env()).filter(
      ([name]) => /SECRET|TOKEN|KEY/.test(name) && !/ENDPOINT|URL/.test(name),
    );
    const secrets = [
      ...history.map((one) => one.CLIENT_SECRET),
      ...env.map(([, value]) => value),
      tokenCanary,
      "canary-imported-secret",
    ];
    if (world.hasSecret) expect(history.length).toBeGreaterThan(1);
    const stacks = shown.map((one) => (one instanceof Error ? one.stack : ""));
    const text = JSON.stringify([shown, stacks]) + inspect(shown, { depth: 12, showHidden: true });
    expect(text).toContain('"status":"done"');
    for (const secret of secrets) expect(text.includes(secret), secret.slice(0, 6)).toBe(false);
  });
});

describe("the manager's own client", () => {
  test("is never changed", async () => {
    const { world, configure } = await setup("genesys");
    const own = world.provider.ownClientId() ?? "";
    const configuration = await configure({
      report: world.declare(undefined, {}, { adopt: own, secret: "unmanaged", secretStore: undefined }),
    });
    await expect(world.provider.delete(own)).rejects.toThrow("authenticates with");
    expect((await apply(configuration)).ok).toBe(false);
    expect(writes(world.sent)).toEqual([]);
  });
});

describe("check", () => {
  test("reports every issue at once, each with its client and field, and nothing is sent", async () => {
    const { world, configure } = await setup("ory");
    const store = memoryStore("shared");
    const configuration = await configure(
      {
        "bad key!": world.declare(memoryStore("one")),
        first: world.declare(store),
        second: world.declare(store, { scopes: "read" as never }),
        third: world.declare(undefined, { grantTypes: ["client_credential"] }),
        fourth: world.declare(memoryStore("two"), {}, { rotation: { every: "3 months" }, formerly: "first" }),
      },
      { project: "acme platform" },
    );
    const found = check(configuration).map(({ key, path }) => `${key} ${path}`);
    expect(found).toEqual([
      " project",
      "bad key! ",
      "second scopes",
      "third grantTypes.0",
      "third secretStore",
      "fourth formerly",
      "fourth rotation.every",
      "second secretStore",
    ]);
    await expect(apply(configuration)).rejects.toBeInstanceOf(InvalidConfigurationError);
    await expect(plan(configuration)).rejects.toBeInstanceOf(InvalidConfigurationError);
    expect(world.sent).toEqual([]);
  });

  test("reports a provider without a token endpoint, because the secret could not be verified after the create", async () => {
    const ory = oryProvider(() => ({ adminUrl: "http://127.0.0.1:4445" }));
    const declare = (policy: object) =>
      ory.client(
        { name: "Report", grantTypes: ["client_credentials"], scopes: ["read"] },
        { secretStore: memoryStore("report"), ...policy },
      );
    const { configure } = await setup("ory");
    const changes = { environments: { test: { accounts: { ory: "http://127.0.0.1:4445" } } }, providers: [ory] };
    expect(check(await configure({ report: declare({}) }, changes))).toMatchObject([{ key: "report", path: "verifyWith" }]);
    expect(check(await configure({ report: declare({ verifyWith: false }) }, changes))).toEqual([]);
  });

  test("a missing variable of a secret input fails before anything is sent", async () => {
    const { world, report } = await setup("tfe");
    const configuration = await report({ oauthTokenString: fromEnv("MISSING", { env: {} }) });
    expect(await apply(configuration)).toMatchObject({
      ok: false,
      clients: [{ status: "failed", message: /MISSING is not set/ }],
    });
    expect(writes(world.sent)).toEqual([]);
  });
});

describe("a version of a secret input", () => {
  test("sends the secret again, and only when the version changes", async () => {
    const { world, report } = await setup("tfe");
    await apply(await report());
    const next = fromEnv("GITHUB_PAT", { version: 2, env: { GITHUB_PAT: `${tokenCanary}-2` } });
    const configuration = await report({ oauthTokenString: next });
    expect((await plan(configuration)).actions).toMatchObject([
      { action: "update", differences: [{ field: "oauthTokenString" }] },
    ]);
    world.sent.length = 0;
    await apply(configuration);
    expect(writes(world.sent)).toHaveLength(1);
    expect((await plan(configuration)).actions).toMatchObject([{ action: "none" }]);
  });
});

describe("a change that needs another client", () => {
  test("stops with an explanation", async () => {
    const { world, report } = await setup("tfe");
    await apply(await report());
    const configuration = await report({ serviceProvider: "gitlab_hosted" });
    expect(await apply(configuration)).toMatchObject({ clients: [{ status: "stopped", reason: "cannot_change_in_place" }] });
    expect(await world.count()).toBe(1);
  });
});
