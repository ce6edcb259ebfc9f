import { collect } from "oauth-clients";
import type { OvhManager } from "oauth-clients/ovh";
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

describe("apply at ovh: declared permissions groups", () => {
  const accessWith = (...permissionsGroups: string[]) => ({
    access: [{ name: "report-dns", resources: ["urn:v1:eu:resource:dnsZone:*"], permissionsGroups }],
  });

  test("an invalid name of a group is refused before a request is sent", async () => {
    const { world, report } = await setup("ovh");
    const configuration = await report(accessWith("global read only"));
    world.sent.length = 0;
    await expect(plan(configuration)).rejects.toThrow(
      /report\.access\.0\.permissionsGroups\.0: expected the name of a permissions group/,
    );
    expect(world.sent).toEqual([]);
  });

  test("the groups are in the policy, and the next plan is empty", async () => {
    const { world, report } = await setup("ovh");
    const manager = world.manager as unknown as OvhManager;
    const groups = async () => (await collect(manager.listPolicies())).map(({ permissionsGroups }) => permissionsGroups);
    for (const [declared, action] of [
      [accessWith("globalReadOnly"), "create"],
      [accessWith("globalReadWrite", "controlPanelAccess"), "update"],
    ] as const) {
      const configuration = await report(declared);
      expect((await plan(configuration)).actions).toMatchObject([{ action }]);
      expect(await apply(configuration)).toMatchObject({ ok: true });
      expect((await plan(configuration)).actions).toMatchObject([{ action: "none" }]);
      const names = declared.access[0]?.permissionsGroups.map((name) => expect.stringContaining(name));
      expect(await groups()).toEqual([names]);
    }
  });
});
