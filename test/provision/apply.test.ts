import { apply, plan } from "oauth-clients/provision";
import { describe, expect, test } from "vitest";
import { changedFields, setup } from "./worlds.js";

describe.each(["ory", "ovh", "genesys", "tfe"] as const)("apply at %s", (vendor) => {
  test("creates a client, stores its secret, verifies it by a token, and plans nothing afterwards", async () => {
    const { world, store, report, entry, consumed, account } = await setup(vendor);
    const configuration = await report();
    const planned = await plan(configuration);
    expect(planned.actions).toMatchObject([{ key: "report", action: "create" }]);
    expect(world.sent.filter((request) => !request.startsWith("GET") && !request.endsWith("token"))).toEqual([]);
    const result = await apply(configuration, { plan: planned });
    expect(result, JSON.stringify(result)).toMatchObject({ ok: true, clients: [{ key: "report", status: "done" }] });
    expect(await world.count()).toBe(1);
    if (world.hasSecret) expect(await world.works(consumed())).toBe(true);
    expect(store.next()).toBeUndefined();
    expect(entry()).toMatchObject({ key: "report", intents: [], account });
    expect((await plan(configuration)).actions).toMatchObject([{ key: "report", action: "none" }]);
    expect(await apply(configuration)).toMatchObject({ ok: true, clients: [{ status: "unchanged" }] });
  });

  test("updates what is declared differently, and nothing else", async () => {
    const { world, report, consumed } = await setup(vendor);
    await apply(await report());
    const before = world.hasSecret ? consumed() : undefined;
    const configuration = await report(changedFields[vendor]);
    expect((await plan(configuration)).actions).toMatchObject([{ action: "update", differences: [{ change: "update" }] }]);
    expect(await apply(configuration)).toMatchObject({ ok: true, clients: [{ status: "done", steps: ["update"] }] });
    expect((await plan(configuration)).actions).toMatchObject([{ action: "none" }]);
    expect(await world.count()).toBe(1);
    if (before !== undefined) expect(consumed()).toEqual(before);
  });
});
