import { describe, expect, test } from "vitest";
import { home, inHome, type Json, open, problem, readerRole, website, worker } from "./calls.js";

const scimRole = { id: "10000000-0000-4000-8000-000000000009", name: "Directory sync", scim: true };

describe("an invalid client", () => {
  test.each<[string, string, Json]>([
    ["no name", "invalid.value", { ...worker, name: undefined }],
    ["a name that is null", "invalid.value", { ...worker, name: null }],
    ["an empty name", "invalid.value", { ...worker, name: " " }],
    ["a number for a name", "invalid.value", { ...worker, name: 1 }],
    ["a missing grant type", "grant.type.required", { ...worker, authorizedGrantType: undefined }],
    ["a grant type with an underscore", "bad.grant.type", { ...worker, authorizedGrantType: "CLIENT_CREDENTIALS" }],
    ["a grant type without the hyphen", "bad.grant.type", { ...website, authorizedGrantType: "SAML2BEARER" }],
    ["a grant type in lower case", "bad.grant.type", { ...website, authorizedGrantType: "code" }],
    ["no roles", "missing.client.roles", { ...worker, roleDivisions: undefined }],
    ["an empty list of roles", "missing.client.roles", { ...worker, roleDivisions: [] }],
    ["roles without divisions", "missing.client.roles", { ...worker, roleDivisions: [], roleIds: [readerRole.id] }],
    ["a role without a division", "invalid.value", { ...worker, roleDivisions: [{ roleId: readerRole.id }] }],
    ["a division without a role", "invalid.value", { ...worker, roleDivisions: [{ divisionId: home.id }] }],
    ["an unknown role", "invalid.value", { ...worker, roleDivisions: [inHome({ id: "unknown" })] }],
    ["the name of a role instead of its id", "invalid.value", { ...worker, roleDivisions: [inHome({ id: "Reader" })] }],
    ["an unknown division", "invalid.value", { ...worker, roleDivisions: [{ roleId: readerRole.id, divisionId: "home" }] }],
    ["roles that are not an array", "invalid.value", { ...worker, roleDivisions: readerRole.id }],
    ["no scope for the grant type CODE", "general.bad.request", { ...website, scope: [] }],
    ["roles for the grant type CODE", "general.bad.request", { ...website, roleDivisions: [inHome(readerRole)] }],
    ["a scope that is a string", "invalid.value", { ...website, scope: "users" }],
    ["an empty scope", "invalid.value", { ...website, scope: [""] }],
    ["a redirect URI that is not a URI", "invalid.value", { ...website, registeredRedirectUri: ["callback"] }],
    ["a state that only the vendor's support can set", "invalid.value", { ...worker, state: "disabled" }],
    ["a state that callers cannot set", "invalid.value", { ...worker, state: "deleted" }],
    ["a token lifetime below 5 minutes", "invalid.value", { ...worker, accessTokenValiditySeconds: 299 }],
    ["a token lifetime above 48 hours", "invalid.value", { ...worker, accessTokenValiditySeconds: 172_801 }],
    ["a token lifetime with a fraction of a second", "invalid.value", { ...worker, accessTokenValiditySeconds: 300.5 }],
    ["a token lifetime that is a string", "invalid.value", { ...worker, accessTokenValiditySeconds: "300" }],
    ["a description that is an array", "invalid.value", { ...worker, description: [] }],
    ["an invalid date", "invalid.value", { ...worker, dateToDelete: "tomorrow" }],
  ])("%s: 400 %s on POST and PUT", async (_case, code, client) => {
    const { genesys, call, create } = await open();
    const { id } = await create();
    for (const response of [await call("POST", "/oauth/clients", client), await call("PUT", `/oauth/clients/${id}`, client)]) {
      expect(response).toMatchObject({ status: 400, json: { ...problem(code), status: 400 } });
    }
    expect(genesys.clients).toMatchObject([{ id, name: worker.name }]);
  });

  test("gets an error that names the field and its allowed values", async () => {
    const { call } = await open();
    const { json } = await call("POST", "/oauth/clients", { ...worker, state: "disabled" });
    expect(json).toMatchObject({
      message: expect.stringMatching(/state.*active or inactive/) as string,
      messageParams: { field: "state" },
      details: [{ fieldName: "state" }],
    });
  });

  test("a new client with the implicit grant returns 400 unless the option allows it", async () => {
    const { genesys, call } = await open();
    const implicit = { ...website, authorizedGrantType: "TOKEN" };
    expect(await call("POST", "/oauth/clients", implicit)).toMatchObject({ status: 400, json: { code: "bad.grant.type" } });
    const id = genesys.insert({ fields: implicit });
    expect((await call("PUT", `/oauth/clients/${id}`, { ...implicit, name: "renamed" })).status).toBe(200);
  });

  test("a client without the field that the option requires returns 400", async () => {
    const { call } = await open({ requiredField: "allowedAddresses" });
    for (const allowedAddresses of [undefined, null, []]) {
      const response = await call("POST", "/oauth/clients", { ...worker, allowedAddresses });
      expect(response).toMatchObject({ status: 400, json: { messageParams: { field: "allowedAddresses" } } });
    }
    const allowedAddresses = ["192.0.2.0/24"];
    expect(await call("POST", "/oauth/clients", { ...worker, allowedAddresses })).toMatchObject({
      status: 200,
      json: { allowedAddresses },
    });
    expect((await call("POST", "/oauth/clients", website)).status).toBe(200);
  });

  test("a token lifetime above 450 days returns 400, even for a SCIM integration", async () => {
    const { call } = await open({ roles: [scimRole, readerRole] });
    const client = (accessTokenValiditySeconds: number, role: { readonly id: string } = scimRole) =>
      call("POST", "/oauth/clients", { ...worker, roleDivisions: [inHome(role)], accessTokenValiditySeconds });
    expect((await client(38_880_001)).status).toBe(400);
    expect((await client(38_880_000, readerRole)).status).toBe(400);
    expect(await client(38_880_000)).toMatchObject({ status: 200, json: { accessTokenValiditySeconds: 38_880_000 } });
  });
});

describe("a valid client", () => {
  test.each(["CODE", "TOKEN", "SAML2-BEARER", "PASSWORD"])(
    "may have the grant type %s with scopes",
    async (authorizedGrantType) => {
      const { call } = await open({ allowsImplicitGrant: true });
      const response = await call("POST", "/oauth/clients", { ...website, authorizedGrantType });
      expect(response).toMatchObject({ status: 200, json: { authorizedGrantType, scope: website.scope, roleDivisions: [] } });
    },
  );

  test.each([300, 172_800])("may have a token lifetime of %d seconds", async (accessTokenValiditySeconds) => {
    const { create } = await open();
    expect(await create({ accessTokenValiditySeconds })).toMatchObject({ accessTokenValiditySeconds });
  });

  test("may repeat list entries, which are stored once, and null, which means not sent", async () => {
    const { create } = await open();
    const sent = { roleDivisions: [inHome(readerRole), inHome(readerRole)], description: null, scope: null, state: null };
    expect(await create({ ...sent, accessTokenValiditySeconds: null })).toMatchObject({
      roleDivisions: [inHome(readerRole)],
      roleIds: [readerRole.id],
      scope: [],
      state: "active",
      accessTokenValiditySeconds: 86_400,
    });
  });

  test("may have a name that another client has", async () => {
    const { genesys, create } = await open();
    await create();
    await create();
    expect(genesys.clients.map(({ name }) => name)).toEqual([worker.name, worker.name]);
  });

  test("may have redirect URIs on localhost without a port and with an app's own scheme", async () => {
    const { call } = await open();
    const registeredRedirectUri = ["http://localhost/callback", "app.acme:/callback"];
    const response = await call("POST", "/oauth/clients", { ...website, registeredRedirectUri });
    expect(response).toMatchObject({ status: 200, json: { registeredRedirectUri } });
  });

  test("may contain read-only members, which are ignored", async () => {
    const { create } = await open();
    const client = await create({ id: "mine", secret: "chosen-secret", dateCreated: "2000-01-01T00:00:00Z", selfUri: "/x" });
    expect(client.id).not.toBe("mine");
    expect(client.secret).not.toBe("chosen-secret");
    expect(client.dateCreated).not.toMatch(/^2000/);
    expect(client.selfUri).toBe(`/api/v2/oauth/clients/${client.id}`);
  });
});
