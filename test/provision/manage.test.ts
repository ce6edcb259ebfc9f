import { apply, destroy, forget, fromEnv, importClient, list, output, plan, resolve, rotate } from "oauth-clients/provision";
import { describe, expect, test } from "vitest";
import { memoryStore } from "./memory.js";
import { setup } from "./worlds.js";

const vendors = ["ory", "ovh", "genesys", "tfe"] as const;
const withSecret = ["ory", "ovh", "genesys"] as const;
const writes = (sent: readonly string[]) => sent.filter((one) => !one.startsWith("GET") && !one.endsWith("token"));

describe.each(withSecret)("a client that needs a decision at %s", (vendor) => {
  test("an emptied store stops, writes nothing, and the consumers' secret still works", async () => {
    const { world, store, report, consumed } = await setup(vendor);
    const configuration = await report();
    await apply(configuration);
    const inUse = consumed();
    await store.clear();
    world.sent.length = 0;
    expect(await apply(configuration)).toMatchObject({
      ok: false,
      clients: [{ status: "stopped", reason: "marked_client_without_journal" }],
    });
    expect(writes(world.sent)).toEqual([]);
    expect(store.entry()).toBeUndefined();
    expect(await world.works(inUse)).toBe(true);
  });

  test("a secret that is missing from its store stops, and `resolve` issues another one", async () => {
    const { world, store, report, consumed } = await setup(vendor);
    const configuration = await report({}, { rotation: { overlap: "0s" } });
    await apply(configuration);
    const { clientId } = consumed();
    await store.clear("secrets");
    expect(await apply(configuration)).toMatchObject({ clients: [{ reason: "secret_missing" }] });
    const resolved = await resolve(configuration, "report", { as: "reissue", id: clientId });
    expect(resolved, JSON.stringify(resolved)).toMatchObject({ ok: true });
    expect(await world.works(consumed())).toBe(true);
    await rotate(configuration, ["report"], { stage: "finish" });
    expect(await world.count()).toBe(1);
    expect((await plan(configuration)).actions).toMatchObject([{ action: "none" }]);
  });

  test("`resolve --take` records a marked client, and the next apply restores its marker", async () => {
    const { store, report, consumed } = await setup(vendor);
    const configuration = await report();
    await apply(configuration);
    const { clientId } = consumed();
    const journal = await store.journal.read();
    await store.journal.remove(journal?.version ?? "");
    expect(await resolve(configuration, "report", { as: "take", id: clientId })).toMatchObject({ ok: true });
    expect(await apply(configuration)).toMatchObject({ ok: true });
  });

  test("a client that was deleted outside stops, and `resolve --reissue` creates it again", async () => {
    const { world, report, consumed } = await setup(vendor);
    const configuration = await report();
    await apply(configuration);
    const { clientId } = consumed();
    // Through the provider, which also removes the policies of the client.
    await world.provider.delete(clientId);
    expect(await apply(configuration)).toMatchObject({ clients: [{ reason: "client_missing" }] });
    const resolved = await resolve(configuration, "report", { as: "reissue", id: clientId });
    expect(resolved, JSON.stringify(resolved)).toMatchObject({ ok: true });
    expect(await world.works(consumed())).toBe(true);
  });

  test("`importClient` takes a client over with its secret, and the first apply writes the marker only", async () => {
    const { world, store, report, consumed, configure } = await setup(vendor);
    await apply(await report());
    const known = consumed();
    await forget(await report(), "report");
    const other = memoryStore("other");
    const configuration = await configure({ report: world.declare(other) });
    const clientSecret = fromEnv("SECRET", { env: { SECRET: known.clientSecret } });
    const imported = await importClient(configuration, "report", { id: known.clientId, clientSecret });
    expect(imported, JSON.stringify(imported)).toMatchObject({ ok: true });
    expect(other.current()).toEqual({ CLIENT_ID: known.clientId, CLIENT_SECRET: known.clientSecret });
    expect((await plan(configuration)).actions).toMatchObject([{ action: "update", differences: [{ field: "marker" }] }]);
    expect(await apply(configuration)).toMatchObject({ ok: true });
    expect(store.current()).toEqual(other.current());
  });
});

describe.each(vendors)("the end of management at %s", (vendor) => {
  test("a client that is no longer declared stops, and stays", async () => {
    const { world, report, configure } = await setup(vendor);
    await apply(await report());
    const configuration = await configure({});
    expect((await plan(configuration)).actions).toMatchObject([{ key: "report", action: "stop", reason: "undeclared" }]);
    expect(await apply(configuration)).toMatchObject({ ok: false, clients: [{ reason: "undeclared" }] });
    expect(await world.count()).toBe(1);
  });

  test("`removed: delete` needs the key in allowDelete, and then deletes the client and its secret", async () => {
    const { world, store, report, configure, entry } = await setup(vendor);
    await apply(await report());
    const removed = { report: { action: "delete", ...(world.hasSecret ? { secretStore: store } : {}) } } as const;
    const configuration = await configure({}, { removed });
    expect(await apply(configuration)).toMatchObject({ clients: [{ reason: "delete_not_allowed" }] });
    expect(await world.count()).toBe(1);
    const deleted = await apply(configuration, { allowDelete: ["report"] });
    expect(deleted, JSON.stringify(deleted)).toMatchObject({ ok: true });
    expect(await world.count()).toBe(0);
    expect(store.current()).toBeUndefined();
    expect(entry()).toBeUndefined();
    expect(await apply(configuration, { allowDelete: ["report"] })).toMatchObject({ ok: true });
  });

  test("`forget` leaves the client and its secret, and removes marker and journal", async () => {
    const { world, store, report, entry, configure } = await setup(vendor);
    await apply(await report());
    const forgotten = await forget(await report(), "report");
    expect(forgotten, JSON.stringify(forgotten)).toMatchObject({ ok: true });
    expect(await world.count()).toBe(1);
    expect(entry()).toBeUndefined();
    expect(store.current() !== undefined).toBe(world.hasSecret);
    expect((await plan(await configure({}))).actions).toEqual([]);
  });

  test("`destroy` needs the name of the project, and then deletes all", async () => {
    const { world, report, entry } = await setup(vendor);
    const configuration = await report();
    await apply(configuration);
    await expect(destroy(configuration, { confirm: "acne" })).rejects.toThrow("name of the project");
    expect(await destroy(configuration, { confirm: "acme" })).toMatchObject({ ok: true });
    expect(await world.count()).toBe(0);
    expect(entry()).toBeUndefined();
  });

  test("`formerly` renames a key without a new client", async () => {
    const { world, store, report, configure, consumed } = await setup(vendor);
    await apply(await report());
    const before = world.hasSecret ? consumed() : undefined;
    const renamed = await configure({
      summary: world.declare(world.hasSecret ? store : undefined, {}, { formerly: "report" }),
    });
    expect((await plan(renamed)).actions).toMatchObject([{ key: "summary", action: "update" }]);
    const result = await apply(renamed);
    expect(result, JSON.stringify(result)).toMatchObject({ ok: true });
    expect(await world.count()).toBe(1);
    if (before !== undefined) expect(consumed()).toEqual(before);
    expect((await plan(renamed)).actions).toMatchObject([{ key: "summary", action: "none" }]);
    const later = await configure({ summary: world.declare(world.hasSecret ? store : undefined) });
    expect((await plan(later)).actions).toMatchObject([{ key: "summary", action: "none" }]);
  });
});

describe.each(vendors)("list and output at %s", (vendor) => {
  test("show ids, stores and states, and no secret", async () => {
    const { world, report } = await setup(vendor);
    const configuration = await report();
    expect(await list(configuration)).toMatchObject([{ key: "report", state: "not_created" }]);
    await apply(configuration);
    const listed = await list(configuration, { unmanaged: true });
    expect(listed).toMatchObject([{ key: "report", vendor, state: "managed" }]);
    expect(listed[0]?.secretStore).toBe(world.hasSecret ? "memory report" : undefined);
    const { report: shown } = await output(configuration);
    expect(shown?.id).toBe(listed[0]?.id);
    expect(Object.keys(shown?.values ?? {})).toEqual([vendor === "tfe" ? "oauthTokenId" : "tokenEndpoint"]);
  });
});

describe.each(vendors)("a client that exists at %s", (vendor) => {
  test("is taken over by the id in `adopt`, and never by its name", async () => {
    const { world, report, store, configure, journal } = await setup(vendor);
    await apply(await report());
    await forget(await report(), "report");
    await store.clear();
    let id = "";
    for await (const client of world.manager.list()) id = client.id;
    const configuration = await configure({
      report: world.declare(
        undefined,
        {},
        world.hasSecret ? { adopt: id, secret: "unmanaged", secretStore: undefined } : { adopt: id },
      ),
    });
    expect((await plan(configuration)).actions).toMatchObject([{ action: "adopt", id }]);
    const result = await apply(configuration);
    expect(result, JSON.stringify(result)).toMatchObject({ ok: true });
    expect(await world.count()).toBe(1);
    expect(journal.content()).toHaveProperty(["acme/test/report", "clientId"], id);
    expect((await plan(configuration)).actions).toMatchObject([{ action: "none" }]);
  });
});
