import { describe, expect, test } from "vitest";
import { home, inHome, north, open, operatorRole, problem, readerRole, send, tokenOf, uuid, website, worker } from "./calls.js";

const inNorth = (role: { readonly id: string }) => ({ roleId: role.id, divisionId: north.id });
const everywhere = (role: { readonly id: string }) => ({ roleId: role.id, divisionId: "*" });

/** Sends requests as a client that has exactly these grants. */
async function holder(roleDivisions: readonly unknown[], options: Parameters<typeof open>[0] = {}) {
  const admin = await open(options);
  const id = admin.genesys.insert({ secret: "holder-secret", fields: { ...worker, name: "holder", roleDivisions } });
  const token = await tokenOf(admin.genesys, { clientId: id, clientSecret: "holder-secret" });
  const call = (method: string, path: string, body?: unknown) => send(admin.genesys, token, method, path, body);
  return { ...admin, id, admin: admin.call, call };
}

describe("permissions", () => {
  test.each([
    ["GET", "/oauth/clients", "oauth:client:view"],
    ["POST", "/oauth/clients", "oauth:client:add"],
    ["GET", "/oauth/clients/x", "oauth:client:view"],
    ["PUT", "/oauth/clients/x", "oauth:client:edit"],
    ["DELETE", "/oauth/clients/x", "oauth:client:delete"],
    ["POST", "/oauth/clients/x/secret", "oauth:client:edit"],
    ["GET", "/authorization/roles", "authorization:role:view"],
    ["POST", "/integrations/credentials", "integrations:integration:add"],
    ["GET", "/integrations/credentials/x", "integrations:integration:view"],
    ["PUT", "/integrations/credentials/x", "integrations:integration:edit"],
    ["DELETE", "/integrations/credentials/x", "integrations:integration:delete"],
  ])("%s %s requires %s", async (method, path, permission) => {
    const role = { id: "10000000-0000-4000-8000-000000000003", name: "Nearly", permissions: [`${permission}s`, "*:*"] };
    const { call } = await holder([inHome(role)], { roles: [role] });
    const response = await call(method, path, method === "POST" || method === "PUT" ? worker : undefined);
    expect(response).toMatchObject({
      status: 403,
      json: { ...problem("missing.any.permissions"), message: expect.stringContaining(`[${permission}]`) as string },
    });
    const granted = { ...role, permissions: [permission] };
    const allowed = await holder([inHome(granted)], { roles: [granted] });
    const { json } = await allowed.call(method, path, method === "POST" || method === "PUT" ? worker : undefined);
    expect(json.code).not.toBe("missing.any.permissions");
  });

  test.each(["/authorization/divisions/home", "/authorization/subjects/me", "/tokens/me", "/organizations/me"])(
    "GET %s requires no permission",
    async (path) => {
      const { call } = await holder([]);
      expect((await call("GET", path)).status).toBe(200);
    },
  );
});

describe("granting", () => {
  test.each([
    ["a role that the caller lacks", [inHome(operatorRole)], inHome(readerRole)],
    ["a role that the caller holds elsewhere", [inHome(operatorRole), inNorth(readerRole)], inHome(readerRole)],
    [
      "all divisions when the caller has the role in each division but not in all",
      [inHome(operatorRole), inHome(readerRole), inNorth(readerRole)],
      everywhere(readerRole),
    ],
  ])("%s returns 403 and names the role and the division", async (_case, held, wanted) => {
    const { genesys, call, id } = await holder(held);
    const response = await call("POST", "/oauth/clients", { ...worker, roleDivisions: [wanted] });
    expect(response).toMatchObject({
      status: 403,
      json: {
        ...problem("not.authorized"),
        message: expect.stringContaining(`${wanted.roleId} in ${wanted.divisionId}`) as string,
      },
    });
    expect(genesys.clients.map((client) => client.id)).toEqual([id]);
  });

  test("returns 400 with the option", async () => {
    const { call } = await holder([inHome(operatorRole)], { missingGrantStatus: 400 });
    expect(await call("POST", "/oauth/clients", worker)).toMatchObject({ status: 400, json: { status: 400 } });
  });

  test("is checked in updates too, for the current roles and the new roles", async () => {
    const { admin, call, create } = await holder([everywhere(operatorRole)]);
    const strange = await create();
    const own = await create({ roleDivisions: [inHome(operatorRole)] });
    expect((await call("PUT", `/oauth/clients/${strange.id}`, website)).status).toBe(403);
    expect((await call("POST", `/oauth/clients/${strange.id}/secret`)).status).toBe(403);
    expect((await call("PUT", `/oauth/clients/${own.id}`, worker)).status).toBe(403);
    expect((await call("PUT", `/oauth/clients/${own.id}`, website)).status).toBe(200);
    expect((await admin("GET", `/oauth/clients/${strange.id}`)).json.authorizedGrantType).toBe("CLIENT-CREDENTIALS");
  });

  test("in one division or in all divisions is allowed to a caller that has the role in all divisions", async () => {
    const { call } = await holder([everywhere(operatorRole)]);
    for (const pair of [inHome(operatorRole), inNorth(operatorRole), everywhere(operatorRole)]) {
      const { status, json } = await call("POST", "/oauth/clients", { ...worker, roleDivisions: [pair] });
      expect([status, json.roleDivisions]).toEqual([200, [pair]]);
    }
  });
});

describe("the caller", () => {
  test("can read its own grants", async () => {
    const { call, id } = await holder([inHome(readerRole), everywhere(operatorRole)]);
    const { json } = await call("GET", "/authorization/subjects/me");
    expect(json).toMatchObject({
      id,
      name: "holder",
      grants: [
        { subjectId: id, division: { ...home, homeDivision: true }, role: { id: readerRole.id, name: "Reader" } },
        { division: { id: "*" }, role: { id: operatorRole.id, name: "Operator" } },
      ],
    });
  });

  test("can have grants that the options give by name", async () => {
    const grants = [{ role: "Operator", division: "North" }];
    const { call } = await open({ administrator: { grants } });
    expect((await call("GET", "/authorization/subjects/me")).json).toMatchObject({
      grants: [{ division: { id: north.id }, role: { id: operatorRole.id } }],
    });
    expect((await call("GET", "/authorization/roles")).status).toBe(403);
  });
});

describe("the organization", () => {
  test("exposes the ids that requests need", async () => {
    const { genesys, call } = await open();
    expect(genesys.organization).toMatchObject({
      homeDivision: home,
      divisions: [home, north],
      roles: [{ name: "admin" }, { name: "employee" }, { name: "SCIM Integration", scim: true }, operatorRole, readerRole],
    });
    expect(genesys.organization.roles[0]?.id).toMatch(uuid);
    const { id, name } = genesys.organization;
    expect((await call("GET", "/organizations/me")).json).toMatchObject({ id, name, defaultCountryCode: "US" });
    expect((await call("GET", "/authorization/products")).json).toMatchObject({ entities: [], total: 0 });
  });
});
