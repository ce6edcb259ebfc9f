import { collect, ValidationError } from "oauth-clients";
import type { GenesysRoleInput } from "oauth-clients/genesys";
import { describe, expect, test } from "vitest";
import { missingGrants } from "../../src/genesys/roles.js";
import { rejection } from "../contract/subject.js";
import { divisionId, homeId, missingId, otherRoleId, roleId, setup, withResponses } from "./setup.js";

const input = (...roles: [GenesysRoleInput, ...GenesysRoleInput[]]) =>
  ({ grantType: "client_credentials", name: "worker", roles }) as const;

async function refusal(call: Promise<unknown>): Promise<ValidationError> {
  const error = await rejection(call);
  expect(error).toBeInstanceOf(ValidationError);
  expect(error).toMatchObject({ outcome: "not_applied" });
  return error as ValidationError;
}

describe("invalid roles are rejected before a client is created", () => {
  test("when a role name is unknown; names are compared exactly", async () => {
    const { manager, operations } = setup();
    const error = await refusal(manager.create(input({ roleId }, { roleName: "reporter" }, { roleName: "Repo" })));
    expect(error.issues).toEqual([
      { path: "roles.1.roleName", message: 'no role is named "reporter"' },
      { path: "roles.2.roleName", message: 'no role is named "Repo"' },
    ]);
    expect(operations()).not.toContain("postOauthClients");
  });

  test("when several roles have the name", async () => {
    const twins = [roleId, otherRoleId].map((id) => ({ id, name: "Twin", permissions: [] }));
    const { manager } = setup({
      roles: twins,
      administrator: { clientId: "0d5b8a2e-3f41-4c6b-9a7d-1e2f3a4b5c6d", clientSecret: "canary secret+/with=signs&more" },
    });
    const error = await refusal(manager.create(input({ roleName: "Twin" })));
    expect(error.message).toContain('2 roles are named "Twin"');
  });

  test("when the caller does not have the role in the division, with both in the message", async () => {
    const { manager, operations } = setup();
    const error = await refusal(
      manager.create(input({ roleId, divisionId }, { roleName: "Reporter", divisionId: "*" }, { roleName: "employee" })),
    );
    expect(error.issues.map(({ path }) => path)).toEqual(["roles.1", "roles.2"]);
    expect(error.message).toContain(`role "Reporter" (${roleId}) in all divisions`);
    expect(error.message).toMatch(new RegExp(`role "employee" \\([0-9a-f-]{36}\\) in division ${homeId}`));
    expect(operations()).not.toContain("postOauthClients");
  });

  test("when an update adds a role that the caller does not have", async () => {
    const { manager, operations } = setup();
    const { client } = await manager.create(input({ roleId }));
    const error = await refusal(manager.update(client.id, { roles: [{ roleId: missingId, divisionId }] }));
    expect(error.message).toContain(`role ${missingId} in division ${divisionId}`);
    expect(operations()).not.toContain("putOauthClient");
  });

  test("by Genesys Cloud alone when verifyRoles is false", async () => {
    const { manager, operations } = setup({ missingGrantStatus: 403 }, { verifyRoles: false });
    const error = await rejection(manager.create(input({ roleId, divisionId: "*" })));
    expect(error).toMatchObject({ code: "permission", status: 403 });
    expect(operations()).not.toContain("getAuthorizationSubjectsMe");
  });
});

describe("missingGrants returns the role", () => {
  const wanted = [{ roleId, divisionId }];

  test.each<[string, Parameters<typeof missingGrants>[2]]>([
    ["when there are no grants", {}],
    ["when grants are null", { grants: null }],
    [
      "when a grant is incomplete",
      { grants: [{ role: { id: roleId } }, { division: { id: divisionId } }, { role: null, division: null }] },
    ],
    ["when the caller has the role in another division", { grants: [{ role: { id: roleId }, division: { id: homeId } }] }],
    ["when the caller has another role", { grants: [{ role: { id: otherRoleId }, division: { id: "*" } }] }],
  ])("%s", (_, caller) => {
    expect(missingGrants(wanted, wanted, caller).map(({ path }) => path)).toEqual(["roles.0"]);
  });

  test("unless the caller has it in the division or in all divisions, without regard to case", () => {
    for (const id of [divisionId.toUpperCase(), "*"])
      expect(missingGrants(wanted, wanted, { grants: [{ role: { id: roleId.toUpperCase() }, division: { id } }] })).toEqual([]);
  });
});

describe("roles are resolved to ids", () => {
  test("a role is found by its exact name on all pages of the filtered list", async () => {
    const page = (pageNumber: number, name: string, id: string) => ({
      json: { entities: [{ id, name }, { id: `${id}-unnamed` }], pageNumber, pageCount: 2 },
    });
    const { manager, sent } = withResponses(
      [page(1, "Reporter of all", otherRoleId), page(2, "Reporter", roleId), { json: { id: "c", secret: "s3cr3t" } }],
      { verifyRoles: false },
    );
    await manager.create(input({ roleName: "Reporter", divisionId }, { roleName: "Reporter", divisionId: "*" }));
    expect(sent.map(({ path }) => path)).toEqual([
      "/api/v2/authorization/roles?name=Reporter&pageSize=100&pageNumber=1&userCount=false",
      "/api/v2/authorization/roles?name=Reporter&pageSize=100&pageNumber=2&userCount=false",
      "/api/v2/oauth/clients",
    ]);
    expect(sent.at(-1)?.json).toMatchObject({
      roleDivisions: [
        { roleId, divisionId },
        { roleId, divisionId: "*" },
      ],
    });
  });

  test("a role without a division gets the id of the home division, which is read once", async () => {
    const { manager, operations } = setup();
    const made = await Promise.all([1, 2, 3].map(() => manager.create(input({ roleId }, { roleName: "Reporter of all" }))));
    await manager.create(input({ roleId }), { timeoutMs: 5_000 });
    expect(operations().filter((one) => one === "getAuthorizationDivisionsHome")).toHaveLength(1);
    for (const { client } of made)
      expect(client.roles).toEqual([
        { roleId, divisionId: homeId },
        { roleId: otherRoleId, divisionId: homeId },
      ]);
  });

  test("the home division is read again after a failure", async () => {
    const { manager, simulator } = setup();
    simulator.failNext("getAuthorizationDivisionsHome", { status: 400 });
    expect(await rejection(manager.create(input({ roleId })))).toMatchObject({ status: 400, outcome: "not_applied" });
    expect((await manager.create(input({ roleId }))).client.roles).toEqual([{ roleId, divisionId: homeId }]);
  });

  test("a call with its own deadline reads the home division itself", async () => {
    const { manager, simulator } = setup();
    simulator.delayNext("getAuthorizationDivisionsHome", 300);
    const first = manager.create(input({ roleId }));
    const second = await manager.create(input({ roleId }), { timeoutMs: 5_000 });
    expect(second.client.roles).toHaveLength(1);
    expect((await first).client.roles).toHaveLength(1);
  });

  test("the signal and the deadline of a call do not wait for the request of another call", async () => {
    const { manager, simulator } = setup();
    await collect(manager.list());
    simulator.delayNext("getAuthorizationDivisionsHome", 2_000, { times: 3 });
    const startedMs = performance.now();
    manager.create(input({ roleId })).catch(() => undefined);
    const reason = new Error("enough");
    const controller = new AbortController();
    setTimeout(() => controller.abort(reason), 50);
    const ended = rejection(manager.create(input({ roleId }), { signal: controller.signal }));
    const late = rejection(manager.create(input({ roleId }), { timeoutMs: 60 }));
    expect(await ended).toBe(reason);
    expect(await late).toMatchObject({ code: "timeout", outcome: "not_applied" });
    expect(performance.now() - startedMs).toBeLessThan(1_900);
  });

  test("an update without roles sends no request about roles", async () => {
    const { manager, operations } = setup();
    const { client } = await manager.create(input({ roleId }));
    const before = operations().length;
    await manager.update(client.id, { grantType: "authorization_code", scopes: ["users"], roles: [] });
    expect(operations().slice(before)).toEqual(["getOauthClient", "putOauthClient"]);
  });

  test("a star for all divisions is sent unchanged", async () => {
    const { manager } = setup();
    const { client } = await manager.create(input({ roleId: otherRoleId, divisionId: "*" }));
    expect(client.roles).toEqual([{ roleId: otherRoleId, divisionId: "*" }]);
  });
});

describe("a division that is given by its name", () => {
  test("is rejected before a client is created when the name is unknown", async () => {
    const { manager, operations } = setup();
    const error = await refusal(manager.create(input({ roleId, divisionName: "sales" }, { roleName: "x", divisionName: "y" })));
    expect(error.issues).toEqual([
      { path: "roles.0.divisionName", message: 'no division is named "sales"' },
      { path: "roles.1.roleName", message: 'no role is named "x"' },
      { path: "roles.1.divisionName", message: 'no division is named "y"' },
    ]);
    expect(operations()).not.toContain("postOauthClients");
  });

  test("is rejected when several divisions have the name", async () => {
    const { manager } = setup({ divisions: [{ name: "Twin" }, { name: "Twin" }], administrator: administrator() });
    const error = await refusal(manager.create(input({ roleName: "employee", divisionName: "Twin" })));
    expect(error.issues).toEqual([
      { path: "roles.0.divisionName", message: '2 divisions are named "Twin"; give the id of one' },
    ]);
  });

  test("is resolved to its id with one request for all roles", async () => {
    const { manager, operations } = setup();
    const { client } = await manager.create(
      input({ roleId, divisionName: "Sales" }, { roleName: "Reporter of all", divisionName: "Sales" }),
    );
    expect(client.roles).toEqual([
      { roleId, divisionId },
      { roleId: otherRoleId, divisionId },
    ]);
    expect(operations().filter((name) => name === "getAuthorizationDivisions")).toHaveLength(1);
    expect(operations()).not.toContain("getAuthorizationDivisionsHome");
  });
});

describe("role and division names of a client", () => {
  const named = [
    { roleId, divisionId, roleName: "Reporter", divisionName: "Sales" },
    { roleId: otherRoleId, divisionId: "*", roleName: "Reporter of all" },
  ];

  test("are returned by get and list with roleNames alone", async () => {
    const { manager, operations } = setup();
    const { client } = await manager.create(input({ roleId, divisionId }, { roleId: otherRoleId, divisionId: "*" }));
    expect((await manager.get(client.id)).roles).toEqual(client.roles);
    expect(operations()).not.toContain("getAuthorizationRoles");
    expect(await manager.get(client.id, { roleNames: true })).toEqual({ ...client, roles: named });
    expect(await collect(manager.list({ roleNames: true }))).toEqual([{ ...client, roles: named }]);
  });

  test("are missing for a role that no longer exists", async () => {
    const { manager, simulator } = setup();
    const id = simulator.insert({ fields: { name: "a", roleDivisions: [{ roleId: missingId, divisionId: homeId }] } });
    expect((await manager.get(id, { roleNames: true })).roles).toEqual([
      { roleId: missingId, divisionId: homeId, divisionName: "Home" },
    ]);
  });

  test("need no further request for a client without roles", async () => {
    const { manager, operations } = setup();
    const { client } = await manager.create({ grantType: "password", name: "a", scopes: ["users"] });
    const before = operations().length;
    await manager.get(client.id, { roleNames: true });
    expect(operations().slice(before)).toEqual(["getOauthClient"]);
  });

  test("are read in requests of 50 ids", async () => {
    const roleDivisions = Array.from({ length: 51 }, (_, index) => ({ roleId: `role-${index}`, divisionId: "*" }));
    const { manager, sent } = withResponses([{ json: { id: "c", roleDivisions } }, { json: { entities: [] } }]);
    await manager.get("c", { roleNames: true });
    expect(sent).toHaveLength(3);
    expect(sent.slice(1).map(({ path }) => path.match(/[?&]id=/g)?.length)).toEqual([50, 1]);
  });
});

function administrator() {
  return { clientId: "0d5b8a2e-3f41-4c6b-9a7d-1e2f3a4b5c6d", clientSecret: "canary secret+/with=signs&more" };
}
