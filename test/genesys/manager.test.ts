import {
  AuthenticationError,
  canImport,
  canRequestTokens,
  canRotateSecret,
  collect,
  PermissionDeniedError,
  RateLimitError,
  ResponseError,
  ValidationError,
} from "oauth-clients";
import type { GenesysClientChanges, GenesysClientInput } from "oauth-clients/genesys";
import { createTokenSource, requestToken } from "oauth-clients/token";
import { describe, expect, test } from "vitest";
import { rejection } from "../contract/subject.js";
import { advanceTime, stopTime } from "../time.js";
import { answering, clientSecret, divisionId, homeId, missingId, otherRoleId, roleId, stage, wireClient } from "./stage.js";

const worker = { grantType: "client_credentials", name: "worker", roles: [{ roleId }] } as const satisfies GenesysClientInput;
const desk = { grantType: "authorization_code", name: "desk", scopes: ["users"] } as const satisfies GenesysClientInput;

describe("what is refused before anything is sent", () => {
  test.each<[string, (manager: ReturnType<typeof stage>["manager"]) => Promise<unknown>, string]>([
    ["a client that cannot work", (manager) => manager.create({ ...worker, roles: [] } as never), "roles"],
    ["changes that cannot work", (manager) => manager.update(missingId, { state: "deleted" } as never), "state"],
    ["an id that leads elsewhere", (manager) => manager.rotateSecret("../x"), "id"],
    [
      "a target that is none",
      (manager) => manager.rotateSecret(missingId, { integrationCredential: {} as never }),
      "integrationCredential.name",
    ],
    [
      "a client that may get no secret, with a place for it",
      (manager) => manager.create({ ...desk, grantType: "implicit" }, { integrationCredential: { name: "a" } }),
      "integrationCredential",
    ],
    ["a place for secrets that is none", (manager) => manager.create(desk, { secretSink: {} as never }), "secretSink"],
    ["credentials that are none", (manager) => manager.createIntegrationCredential("a", {} as never), "credentials.clientId"],
    [
      "an integration credential without a name",
      (manager) => manager.createIntegrationCredential("", { clientId: "a", clientSecret: "b" }),
      "name",
    ],
  ])("%s", async (_, call, path) => {
    const { manager, sent } = stage();
    const error = await rejection(call(manager));
    expect(error).toBeInstanceOf(ValidationError);
    expect((error as ValidationError).issues.map((issue) => issue.path)).toContain(path);
    expect(sent).toHaveLength(0);
  });
});

describe("an unknown or invalid option is refused by its name, before any request", () => {
  type Manager = ReturnType<typeof stage>["manager"];
  const credentials = { clientId: "a", clientSecret: "b" };
  const calls: Record<string, (manager: Manager, options: never) => Promise<unknown>> = {
    account: (manager, options) => manager.account(options),
    create: (manager, options) => manager.create(desk, options),
    get: (manager, options) => manager.get(missingId, options),
    list: (manager, options) => collect(manager.list(options)),
    update: (manager, options) => manager.update(missingId, {}, options),
    delete: (manager, options) => manager.delete(missingId, options),
    rotateSecret: (manager, options) => manager.rotateSecret(missingId, options),
    import: (manager, options) => manager.import(missingId, options),
    createIntegrationCredential: (manager, options) => manager.createIntegrationCredential("a", credentials, options),
    updateIntegrationCredential: (manager, options) => manager.updateIntegrationCredential(missingId, credentials, options),
    deleteIntegrationCredential: (manager, options) => manager.deleteIntegrationCredential(missingId, options),
  };
  const ownOptions: Record<string, readonly string[]> = {
    create: ["secretSink", "integrationCredential"],
    rotateSecret: ["secretSink", "integrationCredential"],
    import: ["verifySecret"],
  };

  test.each(Object.entries(calls))("%s refuses every option that only another method has", async (name, call) => {
    const { manager, sent } = stage();
    for (const option of ["pageSize", "owner", "secretSink", "integrationCredential", "verifySecret"]) {
      if (ownOptions[name]?.includes(option)) continue;
      const error = await rejection(call(manager, { [option]: undefined } as never));
      expect(error).toBeInstanceOf(ValidationError);
      expect((error as ValidationError).issues).toEqual([{ path: option, message: "unknown field" }]);
    }
    expect(sent).toHaveLength(0);
  });

  test.each(Object.entries(calls))("%s refuses an invalid timeoutMs, an invalid signal and null", async (_, call) => {
    const { manager, sent } = stage();
    for (const [options, path] of [
      [{ timeoutMs: 0 }, "timeoutMs"],
      [{ signal: "now" }, "signal"],
      [null, ""],
    ] as const) {
      const error = await rejection(call(manager, options as never));
      expect(error).toBeInstanceOf(ValidationError);
      expect((error as ValidationError).issues.map((issue) => issue.path)).toEqual([path]);
    }
    expect(sent).toHaveLength(0);
  });
});

test("account returns the id of the organization of the manager's credentials", async () => {
  const { manager, simulator, asked } = stage();
  expect(await manager.account()).toBe(simulator.organization.id);
  expect(asked()).toEqual(["postOauthToken", "getOrganizationsMe"]);
});

describe("what Genesys Cloud refuses", () => {
  test.each([400, 401] as const)("credentials that it does not know, with status %d", async (invalidClientStatus) => {
    const { manager, asked } = stage({ invalidClientStatus, administrator: { clientId: "else", clientSecret: "else" } });
    expect(await rejection(manager.get(missingId))).toMatchObject({
      code: "token_endpoint_error",
      error: "invalid_client",
      status: invalidClientStatus,
      outcome: "not_applied",
    });
    expect(asked()).toEqual(["postOauthToken"]);
  });

  test("is told with its code, its words and its correlation id", async () => {
    const { manager } = stage({ maximumClients: 1 });
    await manager.create(desk);
    const error = await rejection(manager.create(desk));
    expect(error).toBeInstanceOf(ResponseError);
    expect(error).toMatchObject({ status: 400, vendorCode: "auth.too.many.clients", outcome: "not_applied" });
    expect((error as ResponseError).requestId).toMatch(/./);
  });

  test("a permission that is missing", async () => {
    const { manager } = stage({
      administrator: { clientId: "0d5b8a2e-3f41-4c6b-9a7d-1e2f3a4b5c6d", clientSecret, grants: [] },
    });
    const error = await rejection(collect(manager.list()));
    expect(error).toBeInstanceOf(PermissionDeniedError);
    expect(String(error)).toContain("oauth:client:view");
  });

  test("a token that is given and not renewed", async () => {
    const { manager, sent } = answering([
      { status: 401, json: { code: "bad.credentials", message: "Invalid login credentials." } },
    ]);
    expect(await rejection(manager.get(missingId))).toBeInstanceOf(AuthenticationError);
    expect(sent).toHaveLength(1);
  });

  test("a token twice: one new token and one repeat, not more", async () => {
    const { manager, simulator, asked } = stage();
    simulator.failNext("getOauthClients", { status: 401, times: 5 });
    expect(await rejection(collect(manager.list()))).toBeInstanceOf(AuthenticationError);
    expect(asked()).toEqual(["postOauthToken", "getOauthClients", "postOauthToken", "getOauthClients"]);
  });
});

test("the manager's deadline holds for a call as a whole, however many requests it takes", async () => {
  stopTime();
  const { manager, simulator, asked } = stage({}, { timeoutMs: 400 });
  const { client } = await manager.create(desk);
  simulator.delayNext("getOauthClient", 250);
  simulator.delayNext("putOauthClient", 250);
  const updating = rejection(manager.update(client.id, { name: "b" }));
  await advanceTime(() => asked().includes("getOauthClient"), 250);
  await advanceTime(() => asked().includes("putOauthClient"), 150);
  expect(await updating).toMatchObject({ code: "timeout", outcome: "unknown" });
});

describe("limits", () => {
  test("of the login host arrive as 400 and are repeated, also before a create", async () => {
    const { manager, simulator, asked } = stage();
    simulator.throttleNext("postOauthToken", { times: 2 });
    await manager.create(desk);
    expect(asked()).toEqual(["postOauthToken", "postOauthToken", "postOauthToken", "postOauthClients"]);
  });

  test("of the login host that last are a RateLimitError, and nothing happened", async () => {
    const { manager, simulator } = stage();
    simulator.throttleNext("postOauthToken", { times: 9 });
    const error = await rejection(manager.create(desk));
    expect(error).toBeInstanceOf(RateLimitError);
    expect(error).toMatchObject({ status: 400, vendorCode: "invalid_request", vendor: "genesys", outcome: "not_applied" });
    expect(simulator.clients).toHaveLength(0);
  });

  test("of the API say how long to wait, and a wait over the cap is not waited for", async () => {
    const { manager, simulator, asked } = stage({}, { retry: { maxDelayMs: 1_000 } });
    simulator.throttleNext("postOauthClients", { retryAfterSeconds: 42 });
    const error = await rejection(manager.create(desk));
    expect(error).toBeInstanceOf(RateLimitError);
    expect(error).toMatchObject({ status: 429, retryAfterMs: 42_000, outcome: "not_applied" });
    expect(asked().filter((one) => one === "postOauthClients")).toHaveLength(1);
  });

  test("of the API are read from its own header too", async () => {
    const { manager } = answering([{ status: 429, headers: { "inin-ratelimit-reset": "61" } }], { retry: { maxDelayMs: 5 } });
    expect(await rejection(manager.get(missingId))).toMatchObject({ retryAfterMs: 61_000 });
  });

  test("of the API that pass are waited for", async () => {
    const { manager, simulator, asked } = stage();
    await manager.create(desk);
    simulator.throttleNext("postOauthClients", { retryAfterSeconds: 0 });
    await manager.create(desk);
    expect(asked().filter((one) => one === "postOauthClients")).toHaveLength(3);
  });
});

describe("tokens of the manager's own", () => {
  test("are asked for once, with the credentials as they are", async () => {
    const { manager, sent, asked } = stage();
    await collect(manager.list());
    await collect(manager.list());
    expect(asked()).toEqual(["postOauthToken", "getOauthClients", "getOauthClients"]);
    const pair = atob(sent[0]?.headers.get("authorization")?.replace("Basic ", "") ?? "");
    expect(pair).toBe(`0d5b8a2e-3f41-4c6b-9a7d-1e2f3a4b5c6d:${clientSecret}`);
    expect(sent[0]?.body).toBe("grant_type=client_credentials");
  });

  test("that end long before their time are replaced once, and the call goes on", async () => {
    const { manager, simulator, asked } = stage();
    const { client } = await manager.create(desk);
    simulator.endTokens();
    await manager.rotateSecret(client.id);
    expect(asked().slice(2)).toEqual(["postOauthClientSecret", "postOauthToken", "postOauthClientSecret"]);
  });
});

describe("list", () => {
  test("asks without parameters, and gives each client once although they come twice", async () => {
    const entities = [wireClient, { ...wireClient, id: missingId }, wireClient];
    const { manager, sent } = answering([{ json: { entities, pageCount: 3, pageNumber: 1, total: 2 } }]);
    expect((await collect(manager.list())).map(({ id }) => id)).toEqual([wireClient.id, missingId]);
    expect(sent.map(({ path }) => path)).toEqual(["/api/v2/oauth/clients"]);
  });

  test("gives clients whose grant type is left out, which get tells", async () => {
    const { manager } = stage({ listsWithoutGrantType: true });
    const { client } = await manager.create(desk);
    const [listed] = await collect(manager.list());
    expect(listed).not.toHaveProperty("grantType");
    expect((await manager.get(client.id)).grantType).toBe("authorization_code");
  });

  test("gives clients in states that nobody documents", async () => {
    const { manager, simulator } = stage();
    simulator.insert({ fields: { name: "a", state: "disabled" } });
    simulator.insert({ fields: { name: "b", state: "frozen" } });
    expect((await collect(manager.list())).map(({ state }) => state)).toEqual(["disabled", "frozen"]);
  });
});

describe("create", () => {
  test("sends what is given and no empty list, and asks for a division only where none is named", async () => {
    const { manager, bodies, asked } = stage();
    const roles = [{ roleId, divisionId }] as const;
    const { client, credentials } = await manager.create({ ...worker, roles, additionalFields: { allowedIps: ["192.0.2.1"] } });
    expect(bodies("POST").at(-1)).toEqual({
      name: "worker",
      authorizedGrantType: "CLIENT-CREDENTIALS",
      roleDivisions: [{ roleId, divisionId }],
      allowedIps: ["192.0.2.1"],
    });
    expect(asked()).toEqual(["postOauthToken", "getAuthorizationSubjectsMe", "postOauthClients"]);
    expect(client).toMatchObject({
      grantType: "client_credentials",
      roles,
      state: "active",
      accessTokenValidityMs: 86_400_000,
    });
    expect(credentials.clientId).toBe(client.id);
  });

  test("takes a field that is announced", async () => {
    const { manager } = stage({ requiredField: "allowedIps" });
    expect(await rejection(manager.create(worker))).toMatchObject({ status: 400 });
    await manager.create({ ...worker, additionalFields: { allowedIps: ["192.0.2.1"] } });
  });

  test.each([
    ["authorization_code", "CODE"],
    ["urn:ietf:params:oauth:grant-type:saml2-bearer", "SAML2-BEARER"],
    ["password", "PASSWORD"],
    ["implicit", "TOKEN"],
  ] as const)("makes clients of grant %s", async (grantType, wire) => {
    const { manager, bodies } = stage();
    const { client } = await manager.create({ ...desk, grantType, redirectUris: ["https://a.test"] });
    expect(bodies("POST").at(-1).authorizedGrantType).toBe(wire);
    expect(await manager.get(client.id)).toMatchObject({
      grantType,
      scopes: ["users"],
      redirectUris: ["https://a.test"],
      roles: [],
    });
  });

  test("makes clients whose tokens live for 450 days, for SCIM and by consent", async () => {
    const { manager, simulator } = stage({
      administrator: {
        clientId: "0d5b8a2e-3f41-4c6b-9a7d-1e2f3a4b5c6d",
        clientSecret,
        grants: ["admin", "SCIM Integration"].map((role) => ({ role, division: "*" })),
      },
    });
    const scim = { ...worker, roles: [{ roleName: "SCIM Integration" }], accessTokenValidityMs: 38_880_000_000 } as const;
    expect(await rejection(manager.create(scim))).toBeInstanceOf(ValidationError);
    const { client } = await manager.create({ ...scim, forScim: true });
    expect(client.accessTokenValidityMs).toBe(38_880_000_000);
    expect(JSON.stringify(simulator.clients)).not.toContain("forScim");
  });
});

describe("update", () => {
  test.each<[string, GenesysClientInput, GenesysClientChanges, string[]]>([
    ["roles away from a client that needs them", worker, { roles: [] }, ["roles"]],
    ["scopes away from a client that needs them", desk, { scopes: [] }, ["scopes"]],
    ["another grant without what it needs", worker, { grantType: "authorization_code" }, ["scopes", "roles"]],
    ["roles to a client that cannot have any", desk, { roles: [{ roleId }] }, ["roles"]],
  ])("refuses %s, and writes nothing", async (_, input, changes, expected) => {
    const { manager, asked } = stage();
    const { client } = await manager.create(input);
    const error = await rejection(manager.update(client.id, changes));
    expect((error as ValidationError).issues.map(({ path }) => path)).toEqual(expected);
    expect(asked()).not.toContain("putOauthClient");
  });

  test("asks for a grant type that Genesys Cloud does not tell", async () => {
    const { authorizedGrantType: _, ...untold } = wireClient;
    const { manager, sent } = answering([{ json: untold }]);
    const error = await rejection(manager.update(wireClient.id, { name: "b" }));
    expect((error as ValidationError).issues.map(({ path }) => path)).toEqual(["grantType"]);
    expect(sent).toHaveLength(1);
    await manager.update(wireClient.id, { grantType: "client_credentials" });
    expect(sent.at(-1)?.json).toMatchObject({ authorizedGrantType: "CLIENT-CREDENTIALS" });
  });

  test("writes nothing when nothing is named", async () => {
    const { manager, asked } = stage();
    const { client } = await manager.create(desk);
    expect(await manager.update(client.id, { name: undefined, forScim: true } as object)).toEqual(client);
    expect(asked().at(-1)).toBe("getOauthClient");
  });

  test("keeps what this library does not know, and every list", async () => {
    const { manager, simulator, bodies } = stage();
    const id = simulator.insert({
      fields: {
        name: "a",
        authorizedGrantType: "CLIENT-CREDENTIALS",
        roleDivisions: [{ roleId, divisionId }],
        allowedIps: ["192.0.2.1"],
        scope: [],
      },
    });
    const client = await manager.update(id, { description: "b" });
    expect(client).toMatchObject({ name: "a", description: "b", roles: [{ roleId, divisionId }] });
    expect(bodies("PUT")[0]).toMatchObject({ allowedIps: ["192.0.2.1"], registeredRedirectUri: [], scope: [] });
    expect(bodies("PUT")[0]).not.toHaveProperty("id");
  });

  test("keeps the secret", async () => {
    const { manager, simulator } = stage();
    const { client, credentials } = await manager.create(desk);
    await manager.update(client.id, { name: "b" });
    expect(simulator.inspect(client.id)?.holdsSecret(credentials.clientSecret)).toBe(true);
  });

  test("changes the grant type in place, with all that goes with it", async () => {
    const { manager } = stage();
    const { client } = await manager.create(worker);
    const changed = await manager.update(client.id, { grantType: "authorization_code", scopes: ["users"], roles: [] });
    expect(changed).toMatchObject({ id: client.id, grantType: "authorization_code", scopes: ["users"], roles: [] });
    const back = await manager.update(client.id, { grantType: "client_credentials", roles: [{ roleId: otherRoleId }] });
    expect(back.roles).toEqual([{ roleId: otherRoleId, divisionId: homeId }]);
  });
});

describe("the manager", () => {
  test("has every capability", () => {
    const { manager } = stage();
    expect([canRotateSecret, canRequestTokens, canImport].map((can) => can(manager))).toEqual([true, true, true]);
    expect(manager.vendor).toBe("genesys");
  });

  test("makes clients whose tokens work", async () => {
    const { manager, simulator } = stage();
    const { client, credentials } = await manager.create(worker);
    const fetch = (url: string, init: RequestInit) => simulator.fetch(url, init);
    const token = await createTokenSource(manager.tokenRequest(credentials), { fetch }).get();
    expect(token.lifetimeMs).toBeGreaterThan(0);
    await manager.update(client.id, { state: "inactive" });
    expect(await rejection(requestToken(manager.tokenRequest(credentials), { fetch }))).toMatchObject({
      code: "token_endpoint_error",
    });
  });

  test("works with a token that is given", async () => {
    const { manager, sent } = answering([{ json: wireClient }]);
    expect((await manager.get(wireClient.id)).name).toBe("nightly-sync");
    expect(sent.map(({ path }) => path)).toEqual([`/api/v2/oauth/clients/${wireClient.id}`]);
  });
});
