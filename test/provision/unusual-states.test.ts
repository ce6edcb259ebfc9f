import { readFile, truncate, writeFile } from "node:fs/promises";
import {
  apply,
  check,
  type DeclaredClient,
  fileDocuments,
  fileStore,
  plan,
  resolve,
  rotate,
  type SecretStore,
} from "oauth-clients/provision";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { memoryStore } from "./memory.js";
import { temporaryFolder } from "./stores/folder.js";
import { setup, type World } from "./worlds.js";

const vendors = ["ory", "ovh", "genesys", "tfe"] as const;
const withSecret = ["ory", "ovh", "genesys"] as const;
const withoutChosenId = ["ovh", "genesys"] as const;
const writes = (sent: readonly string[]) => sent.filter((one) => !one.startsWith("GET") && !one.endsWith("token"));
// Policies of two clients cannot have one name.
const declareIn = (world: World, store: SecretStore): DeclaredClient =>
  world.declare(store as never, world.vendor === "ovh" ? { access: [] } : {});

describe("check reports what no run could repair", () => {
  test("two keys that declare one client id", async () => {
    const { world, configure } = await setup("ory");
    const configuration = await configure({
      first: world.declare(memoryStore("one"), { clientId: "report" }),
      second: world.declare(memoryStore("two"), { clientId: "report" }),
    });
    expect(check(configuration)).toMatchObject([
      { key: "second", path: "clientId", message: "first has the same client: ory report" },
    ]);
  });

  test("two keys that adopt one client, or adopt the client of another key", async () => {
    const { world, configure } = await setup("ory");
    const adopt = (id: string) => world.declare(undefined, {}, { adopt: id, secret: "unmanaged", secretStore: undefined });
    const configuration = await configure({
      first: adopt("report"),
      second: adopt("report"),
      third: world.declare(memoryStore("three"), { clientId: "report" }),
    });
    expect(check(configuration).map(({ key, path }) => `${key} ${path}`)).toEqual(["second adopt", "third clientId"]);
  });

  test("two keys with one former key, and a former key that is removed", async () => {
    const { world, configure } = await setup("ory");
    const configuration = await configure(
      {
        first: world.declare(memoryStore("one"), {}, { formerly: "old" }),
        second: world.declare(memoryStore("two"), {}, { formerly: "old" }),
        third: world.declare(memoryStore("three"), {}, { formerly: "gone" }),
      },
      { removed: { gone: "delete" } },
    );
    expect(check(configuration).map(({ key, path }) => `${key} ${path}`)).toEqual(["third formerly", "second formerly"]);
  });

  test("two clients without markers that have one name and address", async () => {
    const { world, configure } = await setup("tfe");
    const configuration = await configure({
      first: world.declare(undefined),
      second: world.declare(undefined),
      third: world.declare(undefined, { name: "Another name" }),
      adopted: world.declare(undefined, {}, { adopt: "oc-1" }),
    });
    expect(check(configuration).map(({ key, path }) => `${key} ${path}`)).toEqual(["first name", "second name"]);
    const ovh = await setup("ovh");
    const unmarked = (store: string) => ovh.world.declare(memoryStore(store), {}, { marker: false });
    expect(check(await ovh.configure({ first: unmarked("one"), second: unmarked("two") }))).toHaveLength(2);
    expect(check(await ovh.configure({ first: unmarked("one"), second: ovh.world.declare(memoryStore("two")) }))).toHaveLength(
      1,
    );
  });

  test("and accepts a removed key that has the name of a property of every object", async () => {
    const { configure, world } = await setup("ory");
    const configuration = await configure(
      { report: world.declare(memoryStore("one")) },
      { removed: { constructor: "forget" as const } },
    );
    expect(check(configuration)).toEqual([]);
  });
});

describe.each(withSecret)("files at %s", (vendor) => {
  test("a journal file that is truncated fails its client only, sends nothing, and is not replaced", async () => {
    const { world, configure } = await setup(vendor);
    const folder = await temporaryFolder();
    const configuration = await configure({
      broken: declareIn(world, fileStore({ path: folder.file("broken.env") })),
      whole: declareIn(world, fileStore({ path: folder.file("whole.env") })),
    });
    expect(await apply(configuration)).toMatchObject({ ok: true });
    await truncate(folder.file("broken.env.journal"), 40);
    const truncated = await readFile(folder.file("broken.env.journal"), "utf8");
    world.sent.length = 0;
    const result = await apply(configuration);
    expect(result.clients).toMatchObject([
      { key: "broken", status: "failed", changed: false, message: expect.stringContaining("broken.env.journal") },
      { key: "whole", status: "unchanged" },
    ]);
    expect(writes(world.sent)).toEqual([]);
    expect(await readFile(folder.file("broken.env.journal"), "utf8")).toBe(truncated);
  });

  test("a journal of a newer version fails its client, and nothing is sent or written", async () => {
    const { world, configure } = await setup(vendor);
    const folder = await temporaryFolder();
    const configuration = await configure({ report: declareIn(world, fileStore({ path: folder.file("report.env") })) });
    await apply(configuration);
    const path = folder.file("report.env.journal");
    const newer = (await readFile(path, "utf8")).replace("oauth-clients/journal/1", "oauth-clients/journal/2");
    await writeFile(path, newer);
    world.sent.length = 0;
    const text = "is not a journal entry of format oauth-clients/journal/1. Nothing was changed.";
    for (const run of [() => apply(configuration), () => rotate(configuration, ["report"])])
      expect(await run()).toMatchObject({ clients: [{ status: "failed", message: expect.stringContaining(text) }] });
    await expect(plan(configuration)).rejects.toThrow(text);
    expect(writes(world.sent)).toEqual([]);
    expect(await readFile(path, "utf8")).toBe(newer);
  });
});

describe.each(withSecret)("a store at %s", (vendor) => {
  test("that cannot be written at the promotion: the old secret stays, and the next run continues with the staged one", async () => {
    let isReadOnly = false;
    const { world, report, consumed, store } = await setup(vendor, (operation) => {
      if (isReadOnly && operation === "promote") throw new Error("read-only");
    });
    const configuration = await report();
    await apply(configuration);
    const before = consumed();
    isReadOnly = true;
    expect(await rotate(configuration, ["report"])).toMatchObject({ clients: [{ status: "failed", changed: true }] });
    expect(consumed()).toEqual(before);
    const staged = store.next()?.credentials;
    isReadOnly = false;
    expect(await rotate(configuration, ["report"])).toMatchObject({ ok: true });
    expect(consumed()).toEqual({ clientId: staged?.clientId, clientSecret: staged?.clientSecret });
    expect(await world.works(consumed())).toBe(true);
  });

  test("that returns an older version of the journal: nothing is sent to the vendor, and the run ends", async () => {
    const { world, store, report, consumed } = await setup(vendor);
    const configuration = await report();
    const empty = { ...store, journal: { ...store.journal, read: async () => undefined } };
    await apply(configuration);
    const before = consumed();
    world.sent.length = 0;
    const { configure } = await setup(vendor);
    const stale = await configure({ report: world.declare(empty) }, { providers: [world.provider] });
    const result = await apply({ ...stale, accounts: configuration.accounts });
    expect(result.ok, JSON.stringify(result)).toBe(false);
    expect(writes(world.sent)).toEqual([]);
    expect(consumed()).toEqual(before);
  });
});

describe.each(vendors)("between plan and apply at %s", (vendor) => {
  test("a client that is deleted stops, and no other one is created", async () => {
    const { world, report } = await setup(vendor);
    await apply(await report());
    const changed = await report({ name: "Another name" });
    const planned = await plan(changed);
    for await (const { id } of world.manager.list()) if (id !== world.provider.ownClientId()) await world.provider.delete(id);
    world.sent.length = 0;
    expect(await apply(changed, { plan: planned })).toMatchObject({
      clients: [{ status: "stopped", reason: "client_missing" }],
    });
    expect(writes(world.sent)).toEqual([]);
  });

  test("a name that is changed at the vendor is not in the plan, and an apply without it restores the name", async () => {
    const { world, report } = await setup(vendor);
    const configuration = await report();
    const { clients } = await apply(configuration);
    const planned = await plan(configuration);
    const [first] = clients;
    const id = first !== undefined && "id" in first ? (first.id ?? "") : "";
    await world.manager.update(id, { name: "Changed" } as never);
    expect(await apply(configuration, { plan: planned })).toMatchObject({ clients: [{ status: "not_in_plan" }] });
    expect(await apply(configuration)).toMatchObject({ ok: true, clients: [{ status: "done", steps: ["update"] }] });
    expect((await plan(configuration)).actions).toMatchObject([{ action: "none" }]);
    expect(await world.count()).toBe(1);
  });
});

describe.each(vendors)("a signal at %s", (vendor) => {
  test("that aborts between the claim and the create: the next run makes one client", async () => {
    const { world, report } = await setup(vendor);
    const configuration = await report();
    const controller = new AbortController();
    const result = await apply(configuration, {
      signal: controller.signal,
      onEvent: (event) => {
        if (event.type === "step" && event.step === "claim" && event.state === "done") controller.abort();
      },
    });
    expect(result).toMatchObject({ ok: false, clients: [{ status: "failed" }] });
    expect(await world.count()).toBe(0);
    expect(await apply(configuration)).toMatchObject({ ok: true });
    expect(await world.count()).toBe(1);
    expect((await plan(configuration)).actions).toMatchObject([{ action: "none" }]);
  });
});

describe.each(vendors)("a clock at %s", (vendor) => {
  test.each([
    ["forward", 600_000],
    ["back", -600_000],
  ])("that is set %s between the claim and the create: the run makes one client, and its secret works", async (_, ms) => {
    const { world, report, consumed, entry } = await setup(vendor);
    const configuration = await report();
    const now = Date.now;
    onTestFinished(() => void vi.restoreAllMocks());
    const result = await apply(configuration, {
      onEvent: (event) => {
        if (event.type === "step" && event.step === "claim" && event.state === "done")
          vi.spyOn(Date, "now").mockImplementation(() => now() + ms);
      },
    });
    expect(result, JSON.stringify(result)).toMatchObject({ ok: true });
    expect(await world.count()).toBe(1);
    expect(entry()).toMatchObject({ intents: [] });
    if (world.hasSecret) expect(await world.works(consumed())).toBe(true);
  });
});

describe.each(vendors)("a chain of former keys at %s", (vendor) => {
  test("keeps one client over two renames, and names the first key where the one between was never applied", async () => {
    const { world, report, configure, store, entry } = await setup(vendor);
    await apply(await report());
    const declare = (policy: Record<string, unknown>) => world.declare(world.hasSecret ? store : undefined, {}, policy);
    const skipped = await apply(await configure({ third: declare({ formerly: "second" }) }));
    expect(skipped.ok).toBe(false);
    if (world.hasSecret) expect(entry()).toMatchObject({ key: "report" });
    expect(await apply(await configure({ third: declare({ formerly: "report" }) }))).toMatchObject({ ok: true });
    expect(await apply(await configure({ fourth: declare({ formerly: "third" }) }))).toMatchObject({ ok: true });
    expect(await world.count()).toBe(1);
    expect((await plan(await configure({ fourth: declare({}) }))).actions).toMatchObject([{ action: "none" }]);
  });
});

describe.each(withSecret)("a rotation at %s", (vendor) => {
  test("that was begun before another field changed: apply updates, finish ends the old secret, and the plan is empty", async () => {
    const { world, report, consumed } = await setup(vendor);
    const policy = { rotation: { overlap: "0s" } };
    await apply(await report({}, policy));
    await rotate(await report({}, policy), ["report"]);
    const configuration = await report({ name: "Another name" }, policy);
    expect(await apply(configuration)).toMatchObject({ ok: true });
    expect(await rotate(configuration, ["report"], { stage: "finish" })).toMatchObject({ ok: true });
    expect(await world.works(consumed())).toBe(true);
    expect(await world.count()).toBe(1);
    expect((await plan(configuration)).actions).toMatchObject([{ action: "none" }]);
  });

  test("whose overlap ends while the vendor is down: both secrets work until a finish reaches the vendor", async () => {
    const { world, report, consumed } = await setup(vendor);
    const configuration = await report({}, { rotation: { overlap: "0s" } });
    await apply(configuration);
    const old = consumed();
    await rotate(configuration, ["report"]);
    world.intercept(async () => new Response("down", { status: 503, headers: { "retry-after": "0" } }));
    const result = await rotate(configuration, ["report"], { stage: "finish" });
    world.intercept(undefined);
    expect(result).toMatchObject({ ok: false, clients: [{ status: "failed" }] });
    expect(await world.works(old)).toBe(true);
    expect(await world.works(consumed())).toBe(true);
    expect(await rotate(configuration, ["report"], { stage: "finish" })).toMatchObject({ ok: true });
    expect(await world.works(old)).toBe(false);
    expect(await world.works(consumed())).toBe(true);
  });
});

describe.each([
  ["ory", "overlap", "immediate"],
  ["genesys", "second-client", "immediate"],
  ["genesys", "immediate", "second-client"],
] as const)("a rotation at %s that was begun by %s and is now declared by %s", (vendor, before, after) => {
  const by = (kind: string) => ({ rotation: { by: kind, overlap: "0s" } });

  test("stops where it was interrupted, and goes on when the former kind is declared again", async () => {
    let isBroken = false;
    const { world, report, consumed } = await setup(vendor, (operation) => {
      if (isBroken && operation === "promote") throw new Error("the store failed");
    });
    await apply(await report({}, by(before)));
    isBroken = true;
    await rotate(await report({}, by(before)), ["report"]);
    isBroken = false;
    const changed = await report({}, by(after));
    if (vendor !== "ory")
      expect(await rotate(changed, ["report"])).toMatchObject({
        clients: [{ status: "stopped", reason: "rotation_kind_changed" }],
      });
    expect(await rotate(await report({}, by(before)), ["report"])).toMatchObject({ ok: true });
    expect(await world.works(consumed())).toBe(true);
  });

  test("never reports a finish that leaves the old secret valid", async () => {
    const { world, report, consumed } = await setup(vendor);
    await apply(await report({}, by(before)));
    const old = consumed();
    await rotate(await report({}, by(before)), ["report"]);
    const changed = await report({}, by(after));
    const result = await rotate(changed, ["report"], { stage: "finish" });
    if (before === "immediate") expect(await world.works(old)).toBe(false);
    else expect(result).toMatchObject({ clients: [{ status: "stopped", reason: "rotation_kind_changed" }] });
    expect(await rotate(await report({}, by(before)), ["report"], { stage: "finish" })).toMatchObject({ ok: true });
    expect(await world.works(old)).toBe(false);
    expect(await world.works(consumed())).toBe(true);
    expect(await world.count()).toBe(1);
  });
});

describe.each(withoutChosenId)("a create at %s that reaches the vendor after another run has created the client", (vendor) => {
  test("stops the next run, and `resolve` keeps one client and removes the marker of the other", async () => {
    const { world, report, consumed } = await setup(vendor);
    const configuration = await report();
    await apply(configuration);
    const { clientId } = consumed();
    // The late client: it carries this key's marker and an attempt id that no journal has.
    const late = await configuration.clients.report?.create(
      { project: "acme", environment: "test", key: "report", attemptId: "0123456789ab" },
      { secretSink: { write: () => {} } },
    );
    const stopped = await apply(configuration);
    expect(stopped).toMatchObject({ clients: [{ status: "stopped", reason: "several_clients" }] });
    const resolved = await resolve(configuration, "report", { as: "trust", id: clientId });
    expect(resolved, JSON.stringify(resolved)).toMatchObject({
      ok: true,
      clients: [
        {
          status: "done",
          notes: [`client ${late} is not managed any more: delete it at the vendor when no consumer uses it`],
        },
      ],
    });
    expect(await world.count()).toBe(2);
    expect(await world.works(consumed())).toBe(true);
    expect((await plan(configuration)).actions).toMatchObject([{ action: "none" }]);
  });
});

test("a journal of a project that is shared by two keys with one file keeps both entries", async () => {
  const { world, configure } = await setup("tfe");
  const folder = await temporaryFolder();
  const journal = fileDocuments(folder.file("journal.json"));
  const configuration = await configure(
    { first: world.declare(undefined), second: world.declare(undefined, { name: "Another name" }) },
    { journal },
  );
  expect(await apply(configuration)).toMatchObject({ ok: true });
  expect(await journal.keys()).toEqual(["acme/test/first", "acme/test/second"]);
});
