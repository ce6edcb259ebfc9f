import { apply, plan, rotate } from "oauth-clients/provision";
import { describe, expect, test } from "vitest";
import { setup } from "./worlds.js";

const noOverlap = { rotation: { overlap: "0s", every: "90d" } } as const;

describe.each(["ory", "ovh", "genesys"] as const)("rotate at %s", (vendor) => {
  test("a secret that is not created yet needs an apply first", async () => {
    const { report } = await setup(vendor);
    expect(await rotate(await report(), ["report"])).toMatchObject({
      ok: false,
      clients: [{ status: "stopped", reason: "apply_first" }],
    });
  });

  test("finish refuses before the overlap ends", async () => {
    const { report, world, consumed } = await setup(vendor);
    const configuration = await report({}, { rotation: { overlap: "24h" } });
    await apply(configuration);
    const old = consumed();
    expect(await rotate(configuration, ["report"])).toMatchObject({ ok: true });
    expect(await rotate(configuration, ["report"], { stage: "finish" })).toMatchObject({
      clients: [{ reason: "overlap_not_over" }],
    });
    expect(await world.works(old)).toBe(true);
    expect(await rotate(configuration, ["report"])).toMatchObject({ clients: [{ reason: "rotation_not_finished" }] });
  });

  test("begin makes a new secret current while the old one works, and finish ends the old one", async () => {
    const { report, world, consumed, entry, store } = await setup(vendor);
    const configuration = await report({}, noOverlap);
    await apply(configuration);
    const old = consumed();
    const begun = await rotate(configuration, ["report"]);
    expect(begun, JSON.stringify(begun)).toMatchObject({ ok: true, clients: [{ status: "done" }] });
    const next = consumed();
    expect(next).not.toEqual(old);
    expect(await world.works(old)).toBe(true);
    expect(await world.works(next)).toBe(true);
    expect(entry()).toMatchObject({ intents: [], clientId: next.clientId, previous: { clientId: old.clientId } });
    expect((await plan(configuration)).actions, "during the overlap").toMatchObject([{ action: "none" }]);
    const finished = await rotate(configuration, ["report"], { stage: "finish" });
    expect(finished, JSON.stringify(finished)).toMatchObject({ ok: true });
    expect(await world.works(old)).toBe(false);
    expect(await world.works(next)).toBe(true);
    expect(await world.count()).toBe(1);
    expect(entry()).not.toHaveProperty("previous");
    expect(store.next()).toBeUndefined();
    expect((await plan(configuration)).actions, "after the finish").toMatchObject([{ action: "none" }]);
    expect(await rotate(configuration, ["report"], { stage: "finish" })).toMatchObject({ clients: [{ status: "unchanged" }] });
  });
});

describe("an Ory server that cannot keep the old secret valid", () => {
  test("refuses a rotation with overlap and changes nothing, and `by: immediate` permits it", async () => {
    const { report, world, consumed, store, entry } = await setup("ory", undefined, undefined, { version: "26.2" });
    const configuration = await report();
    await apply(configuration);
    const old = consumed();
    const refused = await rotate(configuration, ["report"]);
    expect(refused).toMatchObject({ ok: false, clients: [{ status: "failed", message: /cannot keep the old secret valid/ }] });
    expect(await world.works(old)).toBe(true);
    expect(entry()).toMatchObject({ intents: [] });
    expect(store.next()).toBeUndefined();
    const immediate = await report({}, { rotation: { by: "immediate" } });
    const result = await rotate(immediate, ["report"]);
    expect(result, JSON.stringify(result)).toMatchObject({ ok: true });
    expect(await world.works(old)).toBe(false);
    expect(await world.works(consumed())).toBe(true);
    expect(entry()).not.toHaveProperty("previous");
    expect((await plan(immediate)).actions).toMatchObject([{ action: "none" }]);
  });
});

describe("a rotation that is due", () => {
  test("is begun by age, and finished only where the policy says so", async () => {
    const { report, entry, store } = await setup("ory");
    await apply(await report());
    const policy = (autoFinish: boolean) => ({ rotation: { every: "90d", overlap: "0s", autoFinish } });
    const early = await report({}, policy(false));
    expect(await rotate(early, [], { due: true })).toMatchObject({ ok: true, clients: [{ status: "unchanged" }] });
    const document = await store.journal.read();
    await store.journal.write({ ...document?.document, issuedAt: "2020-01-01T00:00:00.000Z" }, document?.version);
    expect((await plan(early)).rotations).toMatchObject([{ key: "report", state: "due" }]);
    expect(await rotate(early, [], { due: true })).toMatchObject({ ok: true, clients: [{ status: "done" }] });
    expect((await plan(early)).rotations).toMatchObject([{ state: "unfinished" }]);
    expect(await rotate(early, [], { due: true })).toMatchObject({ clients: [{ status: "unchanged" }] });
    expect(await rotate(await report({}, policy(true)), [], { due: true })).toMatchObject({ clients: [{ status: "done" }] });
    expect(entry()).not.toHaveProperty("previous");
  });
});

describe("a newer secret than the stored one", () => {
  test("stops the finish, because it would end the secret in use", async () => {
    const { report, world, consumed } = await setup("ory");
    const configuration = await report({}, noOverlap);
    await apply(configuration);
    await rotate(configuration, ["report"]);
    const inUse = consumed();
    const { clientId } = inUse;
    const marker = { project: "acme", environment: "test", key: "report", attemptId: "000000000000" };
    await world.manager.update(clientId, { metadata: { "oauth-clients": marker } } as never);
    expect(await rotate(configuration, ["report"], { stage: "finish" })).toMatchObject({
      clients: [{ reason: "newer_secret_exists" }],
    });
    expect(await world.works(inUse)).toBe(true);
  });
});
