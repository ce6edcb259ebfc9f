import {
  AuthenticationError,
  ConflictError,
  canImport,
  canRequestTokens,
  canRotateSecret,
  collect,
  NotFoundError,
  PermissionDeniedError,
  RateLimitError,
  ResponseError,
  ServerError,
  UnexpectedResponseError,
  ValidationError,
} from "oauth-clients";
import type { GenesysClientChanges, GenesysClientInput } from "oauth-clients/genesys";
import { createTokenSource, requestToken } from "oauth-clients/token";
import { describe, expect, test } from "vitest";
import { rejection } from "../contract/subject.js";
import { advanceTime, stopTime } from "../time.js";
import { clientSecret, divisionId, homeId, missingId, otherRoleId, roleId, setup, wireClient, withResponses } from "./setup.js";

const worker = { grantType: "client_credentials", name: "worker", roles: [{ roleId }] } as const satisfies GenesysClientInput;
const desk = { grantType: "authorization_code", name: "desk", scopes: ["users"] } as const satisfies GenesysClientInput;

describe("invalid arguments are rejected before any request", () => {
  test.each<[string, (manager: ReturnType<typeof setup>["manager"]) => Promise<unknown>, string]>([
    ["an invalid input", (manager) => manager.create({ ...worker, roles: [] } as never), "roles"],
    ["invalid changes", (manager) => manager.update(missingId, { state: "deleted" } as never), "state"],
    ["an id with path segments", (manager) => manager.rotateSecret("../x"), "id"],
    [
      "an invalid integration credential",
      (manager) => manager.rotateSecret(missingId, { integrationCredential: {} as never }),
      "integrationCredential.name",
    ],
    [
      "an integration credential for a client without a secret",
      (manager) => manager.create({ ...desk, grantType: "implicit" }, { integrationCredential: { name: "a" } }),
      "integrationCredential",
    ],
    ["an invalid secret sink", (manager) => manager.create(desk, { secretSink: {} as never }), "secretSink"],
    ["missing credentials", (manager) => manager.createIntegrationCredential("a", {} as never), "credentials.clientId"],
    [
      "an integration credential without a name",
      (manager) => manager.createIntegrationCredential("", { clientId: "a", clientSecret: "b" }),
      "name",
    ],
  ])("%s is rejected before any request", async (_, call, path) => {
    const { manager, sent } = setup();
    const error = await rejection(call(manager));
    expect(error).toBeInstanceOf(ValidationError);
    expect((error as ValidationError).issues.map((issue) => issue.path)).toContain(path);
    expect(sent).toHaveLength(0);
  });
});

describe("an unknown or invalid option is rejected by its name before any request", () => {
  type Manager = ReturnType<typeof setup>["manager"];
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
    listIntegrationCredentials: (manager, options) => collect(manager.listIntegrationCredentials(options)),
    createIntegrationCredential: (manager, options) => manager.createIntegrationCredential("a", credentials, options),
    updateIntegrationCredential: (manager, options) => manager.updateIntegrationCredential(missingId, credentials, options),
    deleteIntegrationCredential: (manager, options) => manager.deleteIntegrationCredential(missingId, options),
  };
  const ownOptions: Record<string, readonly string[]> = {
    create: ["secretSink", "integrationCredential"],
    rotateSecret: ["secretSink", "integrationCredential"],
    import: ["verifySecret"],
  };

  test.each(Object.entries(calls))("%s rejects every option that only other methods have", async (name, call) => {
    const { manager, sent } = setup();
    for (const option of ["pageSize", "owner", "secretSink", "integrationCredential", "verifySecret"]) {
      if (ownOptions[name]?.includes(option)) continue;
      const error = await rejection(call(manager, { [option]: undefined } as never));
      expect(error).toBeInstanceOf(ValidationError);
      expect((error as ValidationError).issues).toEqual([{ path: option, message: "unknown field" }]);
    }
    expect(sent).toHaveLength(0);
  });

  test.each(Object.entries(calls))("%s rejects an invalid timeoutMs, an invalid signal and null", async (_, call) => {
    const { manager, sent } = setup();
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

test("account returns the id of the organization that owns the credentials", async () => {
  const { manager, simulator, operations } = setup();
  expect(await manager.account()).toBe(simulator.organization.id);
  expect(operations()).toEqual(["postOauthToken", "getOrganizationsMe"]);
});

describe("a response with another id than the requested one is an error", () => {
  const other = { ...wireClient, id: missingId };

  test.each<[string, readonly object[], (manager: ReturnType<typeof setup>["manager"]) => Promise<unknown>, string]>([
    ["get", [{ json: other }], (manager) => manager.get(wireClient.id), "not_applied"],
    ["import", [{ json: other }], (manager) => manager.import(wireClient.id), "not_applied"],
    ["update, in its read", [{ json: other }], (manager) => manager.update(wireClient.id, { name: "b" }), "not_applied"],
    [
      "update, in its write",
      [{ json: wireClient }, { json: other }],
      (manager) => manager.update(wireClient.id, { name: "b" }),
      "unknown",
    ],
    ["delete, in its read", [{ json: other }], (manager) => manager.delete(wireClient.id), "not_applied"],
    ["delete, in its write", [{ json: wireClient }, { json: other }], (manager) => manager.delete(wireClient.id), "unknown"],
  ])("%s rejects the response and sends no further request", async (_, responses, call, outcome) => {
    const { manager, sent } = withResponses(responses);
    const error = await rejection(call(manager));
    expect(error).toBeInstanceOf(UnexpectedResponseError);
    expect(error).toMatchObject({
      vendor: "genesys",
      outcome,
      issues: [{ path: "id", message: `expected ${wireClient.id}, the requested id` }],
    });
    expect(sent).toHaveLength(responses.length);
  });

  test("a UUID in another case is the same id", async () => {
    const { manager } = withResponses([{ json: wireClient }]);
    expect((await manager.get(wireClient.id.toUpperCase())).id).toBe(wireClient.id);
  });
});

test.each<[string, (manager: ReturnType<typeof setup>["manager"]) => Promise<unknown>, string]>([
  ["get", (manager) => manager.get(missingId), `client ${missingId}`],
  ["update", (manager) => manager.update(missingId, { name: "a" }), `client ${missingId}`],
  ["delete", (manager) => manager.delete(missingId), `client ${missingId}`],
  ["rotateSecret", (manager) => manager.rotateSecret(missingId), `client ${missingId}`],
  [
    "deleteIntegrationCredential",
    (manager) => manager.deleteIntegrationCredential(missingId),
    `integration credential ${missingId}`,
  ],
])("%s of a missing resource names it in the error message", async (_, call, resource) => {
  const error = await rejection(call(setup().manager));
  expect(error).toBeInstanceOf(NotFoundError);
  expect(String(error)).toContain(`[${resource}]`);
});

test("a conflict names the client in the error message", async () => {
  const { manager } = withResponses([{ json: wireClient }, { status: 409, json: { code: "conflict", message: "busy" } }]);
  const error = await rejection(manager.update(wireClient.id, { name: "a" }));
  expect(error).toBeInstanceOf(ConflictError);
  expect(String(error)).toContain(`[client ${wireClient.id}]`);
});

describe("a 404 that is not in the format of Genesys Cloud", () => {
  const page = { status: 404, json: { timestamp: 1, status: 404, error: "Not Found", path: "/" } };

  test("is retried for a read and then rejects with a ServerError", async () => {
    const { manager, sent } = withResponses([page]);
    const error = await rejection(manager.get(wireClient.id));
    expect(error).toBeInstanceOf(ServerError);
    expect(error).toMatchObject({ status: 404, outcome: "not_applied" });
    expect(String(error)).toContain("a gateway may have sent it");
    expect(sent).toHaveLength(3);
  });

  test("after a 503 does not resolve a delete, whose outcome is unknown", async () => {
    const { manager } = withResponses([{ json: { ...wireClient, state: "inactive" } }, { status: 503 }, page]);
    const error = await rejection(manager.delete(wireClient.id));
    expect(error).toBeInstanceOf(ServerError);
    expect(error).toMatchObject({ operation: "delete client", outcome: "unknown" });
  });

  test("is an unknown outcome of a create", async () => {
    const { manager } = withResponses([page]);
    expect(await rejection(manager.create(desk))).toMatchObject({ code: "server_error", outcome: "unknown" });
  });
});

describe("a 2xx response with content where Genesys Cloud sends none", () => {
  const page = { json: { page: "of a gateway" } };
  const inactive = { json: { ...wireClient, state: "inactive" } };
  const credential = { json: { id: "c1", name: "a", type: { name: "pureCloudOAuthClient" } } };

  test.each<[string, object, (manager: ReturnType<typeof setup>["manager"]) => Promise<unknown>]>([
    ["delete", inactive, (manager) => manager.delete(wireClient.id)],
    ["deleteIntegrationCredential", credential, (manager) => manager.deleteIntegrationCredential("c1")],
  ])("is rejected by %s with an unknown outcome", async (_, before, call) => {
    const { manager } = withResponses([before, page]);
    const error = await rejection(call(manager));
    expect(error).toBeInstanceOf(UnexpectedResponseError);
    expect(error).toMatchObject({ vendor: "genesys", outcome: "unknown", status: 200 });
  });
});

describe("an incomplete list is rejected", () => {
  test("when it has fewer clients than its total and no next link", async () => {
    const { manager } = withResponses([{ json: { entities: [wireClient], total: 2 } }]);
    const error = await rejection(collect(manager.list()));
    expect(error).toBeInstanceOf(UnexpectedResponseError);
    expect(String(error)).toContain("genesys list clients: the list is incomplete: it ended after 1 of 2 items");
  });

  test("when its next link has the number of the same page", async () => {
    const nextUri = "/api/v2/oauth/clients?pageNumber=1";
    const { manager } = withResponses([{ json: { entities: [wireClient], nextUri } }]);
    const error = await rejection(collect(manager.list()));
    expect(error).toBeInstanceOf(UnexpectedResponseError);
    expect(String(error)).toContain("a page links to an earlier page");
  });
});

describe("error responses of Genesys Cloud", () => {
  test.each([400, 401] as const)(
    "reject unknown credentials with status %d with an AuthenticationError of the operation",
    async (invalidClientStatus) => {
      const { manager, operations } = setup({ invalidClientStatus, administrator: { clientId: "else", clientSecret: "else" } });
      expect(await rejection(manager.get(missingId))).toMatchObject({
        code: "authentication",
        vendor: "genesys",
        operation: "get client",
        vendorCode: "invalid_client",
        status: invalidClientStatus,
        outcome: "not_applied",
        message: expect.stringContaining("Check clientId, clientSecret and region"),
      });
      expect(operations()).toEqual(["postOauthToken"]);
    },
  );

  test("have their code, message and correlation id in the error", async () => {
    const { manager } = setup({ maximumClients: 1 });
    await manager.create(desk);
    const error = await rejection(manager.create(desk));
    expect(error).toBeInstanceOf(ResponseError);
    expect(error).toMatchObject({ status: 400, vendorCode: "auth.too.many.clients", outcome: "not_applied" });
    expect((error as ResponseError).requestId).toMatch(/./);
  });

  test("reject a missing permission with a PermissionDeniedError", async () => {
    const { manager } = setup({
      administrator: { clientId: "0d5b8a2e-3f41-4c6b-9a7d-1e2f3a4b5c6d", clientSecret, grants: [] },
    });
    const error = await rejection(collect(manager.list()));
    expect(error).toBeInstanceOf(PermissionDeniedError);
    expect(String(error)).toContain("oauth:client:view");
  });

  test("with a 401 do not renew a given access token", async () => {
    const { manager, sent } = withResponses([
      { status: 401, json: { code: "bad.credentials", message: "Invalid login credentials." } },
    ]);
    expect(await rejection(manager.get(missingId))).toBeInstanceOf(AuthenticationError);
    expect(sent).toHaveLength(1);
  });

  test("with a second 401 after a new token are final", async () => {
    const { manager, simulator, operations } = setup();
    simulator.failNext("getOauthClients", { status: 401, times: 5 });
    expect(await rejection(collect(manager.list()))).toBeInstanceOf(AuthenticationError);
    expect(operations()).toEqual(["postOauthToken", "getOauthClients", "postOauthToken", "getOauthClients"]);
  });
});

test("the manager's deadline covers all requests of a call", async () => {
  stopTime();
  const { manager, simulator, operations } = setup({}, { timeoutMs: 400 });
  const { client } = await manager.create(desk);
  simulator.delayNext("getOauthClient", 250);
  simulator.delayNext("putOauthClient", 250);
  const updating = rejection(manager.update(client.id, { name: "b" }));
  await advanceTime(() => operations().includes("getOauthClient"), 250);
  await advanceTime(() => operations().includes("putOauthClient"), 150);
  expect(await updating).toMatchObject({ code: "timeout", outcome: "unknown" });
});

describe("rate limits", () => {
  test("of the login host, with status 400, are retried, also before a create", async () => {
    const { manager, simulator, operations } = setup();
    simulator.throttleNext("postOauthToken", { times: 2 });
    await manager.create(desk);
    expect(operations()).toEqual(["postOauthToken", "postOauthToken", "postOauthToken", "postOauthClients"]);
  });

  test("of the login host that persist reject with a RateLimitError and the outcome not_applied", async () => {
    const { manager, simulator } = setup();
    simulator.throttleNext("postOauthToken", { times: 9 });
    const error = await rejection(manager.create(desk));
    expect(error).toBeInstanceOf(RateLimitError);
    expect(error).toMatchObject({ status: 400, vendorCode: "invalid_request", vendor: "genesys", outcome: "not_applied" });
    expect(simulator.clients).toHaveLength(0);
  });

  test("of the API with a delay above the maximum are not retried", async () => {
    const { manager, simulator, operations } = setup({}, { retry: { maxDelayMs: 1_000 } });
    simulator.throttleNext("postOauthClients", { retryAfterSeconds: 42 });
    const error = await rejection(manager.create(desk));
    expect(error).toBeInstanceOf(RateLimitError);
    expect(error).toMatchObject({ status: 429, retryAfterMs: 42_000, outcome: "not_applied" });
    expect(operations().filter((one) => one === "postOauthClients")).toHaveLength(1);
  });

  test("of the API are also read from the vendor's header", async () => {
    const { manager } = withResponses([{ status: 429, headers: { "inin-ratelimit-reset": "61" } }], {
      retry: { maxDelayMs: 5 },
    });
    expect(await rejection(manager.get(missingId))).toMatchObject({ retryAfterMs: 61_000 });
  });

  test("of the API with a short delay are retried", async () => {
    const { manager, simulator, operations } = setup();
    await manager.create(desk);
    simulator.throttleNext("postOauthClients", { retryAfterSeconds: 0 });
    await manager.create(desk);
    expect(operations().filter((one) => one === "postOauthClients")).toHaveLength(3);
  });
});

describe("the manager's own tokens", () => {
  test("are requested once, with credentials that are not form-encoded", async () => {
    const { manager, sent, operations } = setup();
    await collect(manager.list());
    await collect(manager.list());
    expect(operations()).toEqual(["postOauthToken", "getOauthClients", "getOauthClients"]);
    const pair = atob(sent[0]?.headers.get("authorization")?.replace("Basic ", "") ?? "");
    expect(pair).toBe(`0d5b8a2e-3f41-4c6b-9a7d-1e2f3a4b5c6d:${clientSecret}`);
    expect(sent[0]?.body).toBe("grant_type=client_credentials");
  });

  test("are replaced once after an early expiry, and the call continues", async () => {
    const { manager, simulator, operations } = setup();
    const { client } = await manager.create(desk);
    simulator.endTokens();
    await manager.rotateSecret(client.id);
    expect(operations().slice(2)).toEqual(["postOauthClientSecret", "postOauthToken", "postOauthClientSecret"]);
  });
});

describe("list", () => {
  test("sends no parameters, and yields a repeated client once", async () => {
    const entities = [wireClient, { ...wireClient, id: missingId }, wireClient];
    const { manager, sent } = withResponses([{ json: { entities, pageCount: 3, pageNumber: 1, total: 2 } }]);
    expect((await collect(manager.list())).map(({ id }) => id)).toEqual([wireClient.id, missingId]);
    expect(sent.map(({ path }) => path)).toEqual(["/api/v2/oauth/clients"]);
  });

  test("yields clients without a grant type, which get returns", async () => {
    const { manager } = setup({ listsWithoutGrantType: true });
    const { client } = await manager.create(desk);
    const [listed] = await collect(manager.list());
    expect(listed).not.toHaveProperty("grantType");
    expect((await manager.get(client.id)).grantType).toBe("authorization_code");
  });

  test("yields clients in undocumented states", async () => {
    const { manager, simulator } = setup();
    simulator.insert({ fields: { name: "a", state: "disabled" } });
    simulator.insert({ fields: { name: "b", state: "frozen" } });
    expect((await collect(manager.list())).map(({ state }) => state)).toEqual(["disabled", "frozen"]);
  });
});

describe("create", () => {
  test("sends only the given fields, and reads the home division only when it is needed", async () => {
    const { manager, bodies, operations } = setup();
    const roles = [{ roleId, divisionId }] as const;
    const { client, credentials } = await manager.create({ ...worker, roles, additionalFields: { allowedIps: ["192.0.2.1"] } });
    expect(bodies("POST").at(-1)).toEqual({
      name: "worker",
      authorizedGrantType: "CLIENT-CREDENTIALS",
      roleDivisions: [{ roleId, divisionId }],
      allowedIps: ["192.0.2.1"],
    });
    expect(operations()).toEqual(["postOauthToken", "getAuthorizationSubjectsMe", "postOauthClients"]);
    expect(client).toMatchObject({
      grantType: "client_credentials",
      roles,
      state: "active",
      accessTokenValidityMs: 86_400_000,
    });
    expect(credentials.clientId).toBe(client.id);
  });

  test("sends additional fields", async () => {
    const { manager } = setup({ requiredField: "allowedIps" });
    expect(await rejection(manager.create(worker))).toMatchObject({ status: 400 });
    await manager.create({ ...worker, additionalFields: { allowedIps: ["192.0.2.1"] } });
  });

  test.each([
    ["authorization_code", "CODE"],
    ["urn:ietf:params:oauth:grant-type:saml2-bearer", "SAML2-BEARER"],
    ["password", "PASSWORD"],
    ["implicit", "TOKEN"],
  ] as const)("creates a client of the grant type %s", async (grantType, wire) => {
    const { manager, bodies } = setup({ allowsImplicitGrant: true });
    const { client } = await manager.create({ ...desk, grantType, redirectUris: ["https://a.test"] });
    expect(bodies("POST").at(-1).authorizedGrantType).toBe(wire);
    expect(await manager.get(client.id)).toMatchObject({
      grantType,
      scopes: ["users"],
      redirectUris: ["https://a.test"],
      roles: [],
    });
  });

  test("creates a client with a token lifetime of 450 days only with forScim", async () => {
    const { manager, simulator } = setup({
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
    ["the removal of required roles", worker, { roles: [] }, ["roles"]],
    ["the removal of required scopes", desk, { scopes: [] }, ["scopes"]],
    ["another grant type without its required fields", worker, { grantType: "authorization_code" }, ["scopes", "roles"]],
    ["roles for a grant type without roles", desk, { roles: [{ roleId }] }, ["roles"]],
  ])("rejects %s, and writes nothing", async (_, input, changes, expected) => {
    const { manager, operations } = setup();
    const { client } = await manager.create(input);
    const error = await rejection(manager.update(client.id, changes));
    expect((error as ValidationError).issues.map(({ path }) => path)).toEqual(expected);
    expect(operations()).not.toContain("putOauthClient");
  });

  test("requires a grant type when Genesys Cloud returns none", async () => {
    const { authorizedGrantType: _, ...untold } = wireClient;
    const { manager, sent } = withResponses([{ json: untold }]);
    const error = await rejection(manager.update(wireClient.id, { name: "b" }));
    expect((error as ValidationError).issues.map(({ path }) => path)).toEqual(["grantType"]);
    expect(sent).toHaveLength(1);
    await manager.update(wireClient.id, { grantType: "client_credentials" });
    expect(sent.at(-1)?.json).toMatchObject({ authorizedGrantType: "CLIENT-CREDENTIALS" });
  });

  test("writes nothing without changes", async () => {
    const { manager, operations } = setup();
    const { client } = await manager.create(desk);
    expect(await manager.update(client.id, { name: undefined, forScim: true } as object)).toEqual(client);
    expect(operations().at(-1)).toBe("getOauthClient");
  });

  test("keeps unknown members and every list", async () => {
    const { manager, simulator, bodies } = setup();
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
    const { manager, simulator } = setup();
    const { client, credentials } = await manager.create(desk);
    await manager.update(client.id, { name: "b" });
    expect(simulator.inspect(client.id)?.holdsSecret(credentials.clientSecret)).toBe(true);
  });

  test("changes the grant type with its fields", async () => {
    const { manager } = setup();
    const { client } = await manager.create(worker);
    const changed = await manager.update(client.id, { grantType: "authorization_code", scopes: ["users"], roles: [] });
    expect(changed).toMatchObject({ id: client.id, grantType: "authorization_code", scopes: ["users"], roles: [] });
    const back = await manager.update(client.id, { grantType: "client_credentials", roles: [{ roleId: otherRoleId }] });
    expect(back.roles).toEqual([{ roleId: otherRoleId, divisionId: homeId }]);
  });
});

describe("the manager", () => {
  test("supports rotation, token requests and import", () => {
    const { manager } = setup();
    expect([canRotateSecret, canRequestTokens, canImport].map((can) => can(manager))).toEqual([true, true, true]);
    expect(manager.vendor).toBe("genesys");
  });

  test("creates credentials that get tokens while the client is active", async () => {
    const { manager, simulator } = setup();
    const { client, credentials } = await manager.create(worker);
    const fetch = (url: string, init: RequestInit) => simulator.fetch(url, init);
    const token = await createTokenSource(manager.tokenRequest(credentials), { fetch }).get();
    expect(token.lifetimeMs).toBeGreaterThan(0);
    await manager.update(client.id, { state: "inactive" });
    expect(await rejection(requestToken(manager.tokenRequest(credentials), { fetch }))).toMatchObject({
      code: "token_endpoint_error",
    });
  });

  test("accepts an access token", async () => {
    const { manager, sent } = withResponses([{ json: wireClient }]);
    expect((await manager.get(wireClient.id)).name).toBe("nightly-sync");
    expect(sent.map(({ path }) => path)).toEqual([`/api/v2/oauth/clients/${wireClient.id}`]);
  });
});
