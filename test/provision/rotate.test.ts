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
