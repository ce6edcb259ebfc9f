import { describe, expect, test } from "vitest";
import { createOryManager } from "../../src/ory/manager.js";
import { apply, plan } from "../../src/provision/index.js";
import { requestToken } from "../../src/token/index.js";
import { configure, consumed, setupOry } from "./ory-setup.js";

const input = { name: "Report", grantTypes: ["client_credentials"], scopes: ["read"] } as const;

describe("apply", () => {
  test("creates a client, stores its secret and verifies it by a token", async () => {
    const world = setupOry();
    const configuration = await configure(world, () => ({
      report: world.provider().client(input, { secretStore: world.store, verifyWith: { scopes: ["read"] } }),
    }));
    const planned = await plan(configuration);
    expect(planned.actions).toMatchObject([{ key: "report", action: "create" }]);
    const result = await apply(configuration, { plan: planned });
    expect(result).toMatchObject({
      ok: true,
      clients: [{ key: "report", status: "done", steps: ["create", "verify", "promote", "close"] }],
    });
    const manager = createOryManager(world.managerOptions());
    await requestToken(manager.tokenRequest(consumed(world.store)), { fetch: world.simulator.fetch });
    expect(world.store.next()).toBeUndefined();
    expect(world.store.entry()).toMatchObject({ key: "report", intents: [], account: world.simulator.urls.admin });
    expect((await plan(configuration)).actions).toMatchObject([{ key: "report", action: "none" }]);
    expect(await apply(configuration)).toMatchObject({ ok: true, clients: [{ status: "unchanged" }] });
  });
});
