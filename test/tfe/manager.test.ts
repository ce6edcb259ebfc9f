import {
  canImport,
  canRequestTokens,
  canRotateSecret,
  collect,
  NotFoundError,
  RateLimitError,
  ResponseError,
  ServerError,
  UnexpectedResponseError,
  ValidationError,
} from "oauth-clients";
import { simulateTfe, type TfeSimulatorOptions } from "oauth-clients/testing";
import { createTfeManager, type TfeClientInput, type TfeOptions, tfeOptionsFromEnv } from "oauth-clients/tfe";
import { describe, expect, test } from "vitest";
import { rejection } from "../contract/subject.js";
import { clientResource, tokenResource, withResponses } from "./responses.js";

const token = "canary0token00.atlasv1.p0q1r2";
const projects = ["prj-1111aaaa2222bbbb", "prj-3333cccc4444dddd"] as const;
const pool = "apool-5555eeee6666ffff";
const missing = "oc-0000000000000000";
const id = "oc-7Qk2mZx9Lw4Tn8Rb";
const own = { httpUrl: "https://vcs.acme.test/ctx", apiUrl: "https://vcs.acme.test/api" };
const publicPem = "\n-----BEGIN PUBLIC KEY-----\nBBBB\n-----END PUBLIC KEY-----\n";
const privatePem = "-----BEGIN RSA PRIVATE KEY-----\nQUJDcanary\n-----END RSA PRIVATE KEY-----\n";
const github = { serviceProvider: "github", oauthTokenString: "vcs-canary-one" } as const;

function setup(settings: TfeSimulatorOptions = {}, options: Partial<TfeOptions> = {}) {
  const simulator = simulateTfe({
    organizations: [{ name: "acme", projects, agentPools: [pool] }, { name: "other" }],
    tokens: [{ token, organizations: ["acme"] }],
    ...settings,
  });
  const address = simulator.urls.host;
  const common = { token, address, fetch: simulator.fetch, retry: { initialDelayMs: 1 }, ...options };
  const manager = createTfeManager({ organization: "acme", ...common });
  const operations = () => simulator.requests.map(({ operationId }) => operationId);
  return { simulator, manager, operations, common };
}

describe("invalid arguments are rejected before any request", () => {
  test.each<[string, (manager: ReturnType<typeof setup>["manager"]) => Promise<unknown>, string]>([
    [
      "a change of the service provider",
      (manager) => manager.update(id, { serviceProvider: "gitlab_hosted" } as object),
      "serviceProvider",
    ],
    ["a change of the API URL", (manager) => manager.update(id, { apiUrl: own.apiUrl } as object), "apiUrl"],
    ["addProjects without projects", (manager) => manager.addProjects(id, []), "projectIds"],
    ["removeProjects without projects", (manager) => manager.removeProjects(id, []), "projectIds"],
    ["replaceProjects with undefined", (manager) => manager.replaceProjects(id, undefined as never), "projectIds"],
    ["an id with a slash", (manager) => manager.get("oc-1/oauth-tokens"), "id"],
    ["an id with white space", (manager) => manager.delete("oc 1"), "id"],
    ["a page size above the maximum", (manager) => collect(manager.list({ pageSize: 101 })), "pageSize"],
    [
      "two filters",
      (manager) => collect(manager.listOAuthTokens({ oauthClientId: id, serviceProvider: "github" })),
      "serviceProvider",
    ],
  ])("%s is rejected before any request", async (_, call, path) => {
    const { manager, simulator } = setup();
    const error = await rejection(call(manager));
    expect(error).toBeInstanceOf(ValidationError);
    expect((error as ValidationError).issues.map((issue) => issue.path)).toEqual([path]);
    expect(simulator.requests).toHaveLength(0);
  });
});

describe("an unknown or invalid option is rejected by its name before any request", () => {
  type Manager = ReturnType<typeof setup>["manager"];
  const calls: Record<string, (manager: Manager, options: never) => Promise<unknown>> = {
    account: (manager, options) => manager.account(options),
    create: (manager, options) => manager.create(github, options),
    get: (manager, options) => manager.get(id, options),
    list: (manager, options) => collect(manager.list(options)),
    update: (manager, options) => manager.update(id, { name: "a" }, options),
    "update without changes": (manager, options) => manager.update(id, {}, options),
    delete: (manager, options) => manager.delete(id, options),
    addProjects: (manager, options) => manager.addProjects(id, projects, options),
    removeProjects: (manager, options) => manager.removeProjects(id, projects, options),
    replaceProjects: (manager, options) => manager.replaceProjects(id, projects, options),
    listOAuthTokens: (manager, options) => collect(manager.listOAuthTokens(options)),
    getOAuthToken: (manager, options) => manager.getOAuthToken("ot-1", options),
    updateOAuthToken: (manager, options) => manager.updateOAuthToken("ot-1", { sshKey: null }, options),
    deleteOAuthToken: (manager, options) => manager.deleteOAuthToken("ot-1", options),
  };
  const ownOptions: Record<string, readonly string[]> = {
    get: ["showAffectedWorkspaces"],
    list: ["pageSize", "showAffectedWorkspaces"],
    listOAuthTokens: ["pageSize", "oauthClientId", "serviceProvider"],
  };

  test.each(Object.entries(calls))("%s rejects every option that only other methods have", async (name, call) => {
    const { manager, simulator } = setup();
    for (const option of ["pageSize", "oauthClientId", "serviceProvider", "showAffectedWorkspaces", "secretSink"]) {
      if (ownOptions[name]?.includes(option)) continue;
      const error = await rejection(call(manager, { [option]: undefined } as never));
      expect(error).toBeInstanceOf(ValidationError);
      expect((error as ValidationError).issues).toEqual([{ path: option, message: "unknown field" }]);
    }
    expect(simulator.requests).toHaveLength(0);
  });

  test.each(Object.entries(calls))("%s rejects an invalid timeoutMs, an invalid signal and null", async (_, call) => {
    const { manager, simulator } = setup();
    for (const [options, path] of [
      [{ timeoutMs: 0 }, "timeoutMs"],
      [{ signal: "now" }, "signal"],
      [null, ""],
    ] as const) {
      const error = await rejection(call(manager, options as never));
      expect(error).toBeInstanceOf(ValidationError);
      expect((error as ValidationError).issues.map((issue) => issue.path)).toEqual([path]);
    }
    expect(simulator.requests).toHaveLength(0);
  });
});

describe("account", () => {
  test("returns the name of an organization that the token can read", async () => {
    const { manager, operations } = setup();
    expect(await manager.account()).toBe("acme");
    expect(operations()).toEqual(["getEntitlementSet"]);
  });

  test("rejects for an organization that does not exist or that the token cannot read", async () => {
    const { manager } = setup({}, { organization: "unknown" });
    const error = await rejection(manager.account());
    expect(error).toBeInstanceOf(NotFoundError);
    expect(error).toMatchObject({ operation: "get account", outcome: "not_applied" });
  });
});

describe("error responses", () => {
  test("with status 404 reject with a NotFoundError that names the resource and says that it is missing or not permitted", async () => {
    const { manager, common } = setup();
    const { client } = await manager.create(github);
    const stranger = createTfeManager({ ...common, organization: "other" });
    for (const call of [
      stranger.create(github),
      collect(stranger.list()),
      manager.get(missing),
      manager.update(missing, { name: "x" }),
      manager.delete(missing),
      manager.addProjects(missing, projects),
      manager.removeProjects(missing, projects),
      collect(manager.listOAuthTokens({ oauthClientId: missing })),
    ]) {
      const error = await rejection(call);
      expect(error).toBeInstanceOf(NotFoundError);
      expect(String(error)).toContain("not found or not permitted");
      expect(String(error)).toMatch(/\[(oc-0000000000000000 in )?organization (acme|other)\] \(404\)/);
      expect(error).toMatchObject({ outcome: "not_applied" });
    }
    expect((await manager.get(client.id)).id).toBe(client.id);
  });

  test.each<NonNullable<TfeSimulatorOptions["errorShape"]>>(["objects", "numericStatus", "texts", "html"])(
    "in the format %s are parsed",
    async (shape) => {
      const { manager, simulator } = setup();
      const { client } = await manager.create(github);
      simulator.respondWithErrorNext("updateOAuthClient", { status: 422, detail: "the moon is full", shape });
      const error = await rejection(manager.update(client.id, { name: "x" }));
      expect(error).toBeInstanceOf(ResponseError);
      expect(error).toMatchObject({ status: 422, outcome: "not_applied" });
      if (shape !== "html") expect(String(error)).toContain("the moon is full");
      simulator.respondWithErrorNext("getOAuthClient", { status: 404, shape, times: 9 });
      const missing = await rejection(manager.get(client.id));
      expect(missing).toBeInstanceOf(shape === "html" ? ServerError : NotFoundError);
      expect(String(missing)).toContain(shape === "html" ? "a gateway may have sent it" : "not found or not permitted");
    },
  );

  test.each<[string, (manager: ReturnType<typeof setup>["manager"], client: string) => Promise<unknown>, string]>([
    ["update", (manager, client) => manager.update(client, { oauthTokenString: "vcs-canary-two" }), "vcs-canary-two"],
    ["update", (manager, client) => manager.update(client, { secret: privatePem }), "QUJDcanary"],
  ])("to an %s with a secret do not expose the secret", async (_, call, secret) => {
    const { manager, simulator } = setup();
    const { client } = await manager.create(github);
    simulator.respondWithErrorNext("updateOAuthClient", { status: 422, detail: `no good: ${secret}, ${token}` });
    const error = await rejection(call(manager, client.id));
    expect(String(error)).toContain("no good: [secret], [secret]");
  });

  test("with a rate limit are retried after the server's delay, in fractions of a second", async () => {
    const { manager, simulator, operations } = setup();
    simulator.respondWithErrorNext("createOAuthClientForOrganization", { status: 429, resetSeconds: 0.05, times: 2 });
    const began = performance.now();
    await manager.create(github);
    expect(performance.now() - began).toBeGreaterThanOrEqual(95);
    expect(operations()).toHaveLength(3);
    expect(simulator.clients).toHaveLength(1);
  });

  test("with a rate limit and a long delay reject with that delay", async () => {
    const { manager, simulator, operations } = setup();
    simulator.respondWithErrorNext("deleteOauthToken", { status: 429, resetSeconds: 61.5 });
    const { client } = await manager.create(github);
    const error = await rejection(manager.deleteOAuthToken(client.oauthTokenId ?? ""));
    expect(error).toBeInstanceOf(RateLimitError);
    expect(error).toMatchObject({ retryAfterMs: 61_500, outcome: "not_applied" });
    expect(operations()).toHaveLength(2);
  });
});

describe("create for every service provider", () => {
  const kinds: TfeClientInput[] = [
    github,
    { serviceProvider: "github_enterprise", ...own, oauthTokenString: "pat" },
    { serviceProvider: "gitlab_hosted", oauthTokenString: "pat" },
    { serviceProvider: "gitlab_community_edition", ...own, oauthTokenString: "pat" },
    { serviceProvider: "gitlab_enterprise_edition", ...own, oauthTokenString: "pat" },
    { serviceProvider: "bitbucket_hosted", oauthTokenString: "pat", key: "consumer", secret: "canary" },
    { serviceProvider: "bitbucket_data_center", ...own, key: "consumer", secret: privatePem, rsaPublicKey: publicPem },
    { serviceProvider: "bitbucket_server", ...own },
    { serviceProvider: "bitbucket_server_legacy", ...own, oauthTokenString: "pat" },
    { serviceProvider: "ado_server", ...own, oauthTokenString: "pat", privateKey: privatePem },
    { serviceProvider: "ado_services", oauthTokenString: "pat", adoOrganizationName: "acme-7" },
  ];

  test.each(kinds)("$serviceProvider: the client is created and read", async (input) => {
    const { manager, simulator } = setup();
    const created = await manager.create(input);
    const { client } = created;
    expect(Object.keys(created)).toEqual(["client"]);
    expect(client).toMatchObject({ vendor: "tfe", organization: "acme", serviceProvider: input.serviceProvider, name: "" });
    expect(client.httpUrl).toMatch(/^https:/);
    expect(client.apiUrl).toMatch(/^https:/);
    expect(client.oauthTokenIds).toHaveLength(input.oauthTokenString === undefined ? 0 : 1);
    expect(client.oauthTokenId).toBe(client.oauthTokenIds[0]);
    expect(client.rsaPublicKey).toBe(input.rsaPublicKey);
    expect(client.key).toBe(input.key);
    expect(client.adoOrganizationName).toBe(input.adoOrganizationName);
    expect(client.connectPath).toMatch(/^\/auth\//);
    expect(client.createdAt).toBeInstanceOf(Date);
    const stored = simulator.inspect(client.id);
    expect(stored?.has("oauth-token-string")).toBe(input.oauthTokenString !== undefined);
    if (typeof input.secret === "string") expect(stored?.holds("secret", input.secret)).toBe(true);
    if (typeof input.privateKey === "string") expect(stored?.holds("private-key", input.privateKey)).toBe(true);
    expect(await manager.get(client.id)).toEqual(client);
  });

  test("with projects and an agent pool", async () => {
    const { manager } = setup();
    const scope = { organizationScoped: false, projectIds: [...projects], agentPoolId: pool } as const;
    const input = { serviceProvider: "gitlab_enterprise_edition", ...own, oauthTokenString: "pat", ...scope } as const;
    expect((await manager.create(input)).client).toMatchObject(scope);
  });
});

describe("responses", () => {
  test("without meta are a complete list", async () => {
    const { manager, operations } = setup({ withoutMeta: true });
    const ids = [];
    for (const name of ["a", "b", "c"]) ids.push((await manager.create({ ...github, name })).client.id);
    const before = operations().length;
    expect((await collect(manager.list({ pageSize: 1 }))).map((client) => client.id)).toEqual(ids);
    expect((await collect(manager.listOAuthTokens({ pageSize: 1 }))).length).toBe(3);
    expect(operations()).toHaveLength(before + 2);
  });

  test.each([1, 2])("that link page %d repeatedly are an error", async (next) => {
    const page = { json: { data: [clientResource(id)], meta: { pagination: { "next-page": next } } } };
    const { manager, sent } = withResponses([page]);
    const error = await rejection(collect(manager.list()));
    expect(error).toBeInstanceOf(UnexpectedResponseError);
    expect(String(error)).toContain("tfe list clients: the list is incomplete: a page links to an earlier page");
    expect(sent).toHaveLength(2);
  });

  test("of a list that ends before its total are an error", async () => {
    const meta = { pagination: { "next-page": null, "total-count": 2 } };
    const { manager } = withResponses([{ json: { data: [clientResource(id)], meta } }]);
    const error = await rejection(collect(manager.list()));
    expect(error).toBeInstanceOf(UnexpectedResponseError);
    expect(String(error)).toContain("it ended after 1 of 2 items");
  });

  test.each<[string, object, (manager: ReturnType<typeof setup>["manager"]) => Promise<unknown>, string]>([
    ["get", clientResource(missing), (manager) => manager.get(id), "not_applied"],
    ["update", clientResource(missing), (manager) => manager.update(id, { name: "a" }), "unknown"],
    ["replaceProjects", clientResource(missing), (manager) => manager.replaceProjects(id, []), "unknown"],
    ["getOAuthToken", tokenResource("ot-2"), (manager) => manager.getOAuthToken("ot-1"), "not_applied"],
    ["updateOAuthToken", tokenResource("ot-2"), (manager) => manager.updateOAuthToken("ot-1", { sshKey: null }), "unknown"],
  ])("with another id than the requested one are rejected by %s", async (_, data, call, outcome) => {
    const { manager } = withResponses([{ json: { data } }]);
    const error = await rejection(call(manager));
    expect(error).toBeInstanceOf(UnexpectedResponseError);
    expect(error).toMatchObject({ vendor: "tfe", outcome, issues: [{ path: "data.id" }] });
  });

  test.each<[string, (manager: ReturnType<typeof setup>["manager"]) => Promise<unknown>]>([
    ["delete", (manager) => manager.delete(id)],
    ["addProjects", (manager) => manager.addProjects(id, projects)],
    ["removeProjects", (manager) => manager.removeProjects(id, projects)],
    ["deleteOAuthToken", (manager) => manager.deleteOAuthToken("ot-1")],
  ])("with status 2xx and content are rejected by %s", async (_, call) => {
    const { manager } = withResponses([{ json: { page: "of a gateway" } }]);
    const error = await rejection(call(manager));
    expect(error).toBeInstanceOf(UnexpectedResponseError);
    expect(error).toMatchObject({ vendor: "tfe", outcome: "unknown", status: 200 });
    expect(String(error)).toContain("has a body");
  });

  test("with status 2xx and content are rejected by a delete at the path of 2018", async () => {
    const { manager } = withResponses([{ json: { page: "of a gateway" } }], { deleteUnderOrganization: true });
    expect(await rejection(manager.delete(id))).toMatchObject({ code: "unexpected_response", outcome: "unknown" });
  });

  test("with status 503 and then a gateway's 404 do not resolve a delete, whose outcome is unknown", async () => {
    const { manager } = withResponses([{ status: 503 }, { status: 404 }]);
    const error = await rejection(manager.delete(id));
    expect(error).toBeInstanceOf(ServerError);
    expect(error).toMatchObject({ operation: "delete client", outcome: "unknown" });
  });

  test("are read by page number, and their links are ignored", async () => {
    const { manager, operations } = setup({ oldRelatedLinks: true });
    for (const name of ["a", "b", "c"]) await manager.create({ ...github, name });
    const clients = await collect(manager.list({ pageSize: 2 }));
    expect(clients.map(({ name }) => name)).toEqual(["a", "b", "c"]);
    expect(operations().slice(3)).toEqual(["listOAuthClients", "listOAuthClients"]);
  });

  test("may have unknown service providers and attributes", async () => {
    const { manager, simulator } = setup();
    const attributes = { "service-provider": "forgejo", "http-url": null, "api-url": null, moon: { phase: 3 } };
    const client = simulator.insert({ organization: "acme", attributes });
    expect(await manager.get(client)).toMatchObject({ id: client, serviceProvider: "forgejo" });
    expect((await collect(manager.list())).map((one) => one.id)).toEqual([client]);
  });

  test("of old servers may omit attributes, which have defaults", async () => {
    const { manager, simulator } = setup();
    const old = { "organization-scoped": undefined, name: undefined };
    const client = simulator.insert({
      organization: "acme",
      attributes: {
        "service-provider": "github",
        "http-url": "https://github.com",
        "api-url": "https://api.github.com",
        ...old,
      },
    });
    expect(await manager.get(client)).toMatchObject({ name: "", organizationScoped: true });
  });

  test("contain the workspaces that use a client with showAffectedWorkspaces", async () => {
    const affected = { "affected-workspaces": ["web"], "affected-workspaces-count": 1 };
    const { manager, sent } = withResponses([
      { json: { data: clientResource(id, affected) } },
      { json: { data: [clientResource(id, affected)] } },
    ]);
    const options = { showAffectedWorkspaces: true };
    expect(await manager.get(id, options)).toMatchObject({ affectedWorkspaces: ["web"], affectedWorkspacesCount: 1 });
    expect(await collect(manager.list(options))).toHaveLength(1);
    expect(sent.map(({ path }) => path)).toEqual([
      `/api/v2/oauth-clients/${id}?show_affected_workspaces=true`,
      "/api/v2/organizations/acme/oauth-clients?page[number]=1&page[size]=100&show_affected_workspaces=true",
    ]);
  });
});

describe("update", () => {
  test("sends no PATCH without changes", async () => {
    const { manager, operations } = setup();
    const { client } = await manager.create(github);
    expect(await manager.update(client.id, { name: undefined } as object)).toEqual(client);
    expect(operations()).not.toContain("updateOAuthClient");
  });

  test("replaces the OAuth token and keeps its id", async () => {
    const { manager, simulator } = setup();
    const { client } = await manager.create(github);
    const updated = await manager.update(client.id, { oauthTokenString: "vcs-canary-two" });
    expect(updated).toEqual(client);
    expect(simulator.inspect(client.id)?.holds("oauth-token-string", "vcs-canary-two")).toBe(true);
  });

  test("changes and clears every mutable field", async () => {
    const { manager, simulator } = setup();
    const { client } = await manager.create({ serviceProvider: "bitbucket_server", ...own });
    const keys = { key: "consumer", rsaPublicKey: publicPem, organizationScoped: false, agentPoolId: pool };
    const changed = await manager.update(client.id, { name: "bb", secret: privatePem, projectIds: [projects[0]], ...keys });
    expect(changed).toEqual({ ...client, name: "bb", projectIds: [projects[0]], ...keys });
    expect(simulator.inspect(client.id)?.holds("secret", privatePem)).toBe(true);
    const cleared = await manager.update(client.id, { name: null, projectIds: [], agentPoolId: null });
    expect(cleared).toMatchObject({ name: "", projectIds: [], key: "consumer" });
    expect(cleared).not.toHaveProperty("agentPoolId");
  });

  test("changes and clears the organization of Azure DevOps Services", async () => {
    const { manager } = setup();
    const { client } = await manager.create({ serviceProvider: "ado_services", oauthTokenString: "pat" });
    expect((await manager.update(client.id, { adoOrganizationName: "acme" })).adoOrganizationName).toBe("acme");
    expect(await manager.update(client.id, { adoOrganizationName: null })).not.toHaveProperty("adoOrganizationName");
  });
});

describe("projects", () => {
  test("are added, removed and replaced", async () => {
    const { manager, operations } = setup();
    const { client } = await manager.create({ ...github, organizationScoped: false });
    const projectIds = async () => [...(await manager.get(client.id)).projectIds].sort();
    expect(await manager.addProjects(client.id, [projects[0]])).toBeUndefined();
    await manager.addProjects(client.id, [projects[1]]);
    expect(await projectIds()).toEqual([...projects]);
    expect(await manager.removeProjects(client.id, [projects[0]])).toBeUndefined();
    expect(await projectIds()).toEqual([projects[1]]);
    expect((await manager.replaceProjects(client.id, [projects[0]])).projectIds).toEqual([projects[0]]);
    expect((await manager.replaceProjects(client.id, [])).projectIds).toEqual([]);
    expect(operations().filter((operation) => operation === "updateOAuthClient")).toHaveLength(2);
  });
});

describe("OAuth tokens", () => {
  test("are listed, read, updated and deleted, and the client remains", async () => {
    const { manager, simulator } = setup();
    const { client } = await manager.create(github);
    await manager.create({ serviceProvider: "gitlab_hosted", oauthTokenString: "pat" });
    const tokenId = client.oauthTokenId ?? "";
    expect(await collect(manager.listOAuthTokens())).toHaveLength(2);
    expect(await collect(manager.listOAuthTokens({ serviceProvider: "github" }))).toMatchObject([{ id: tokenId }]);
    expect(await collect(manager.listOAuthTokens({ oauthClientId: client.id }))).toMatchObject([
      { id: tokenId, oauthClientId: client.id, hasSshKey: false },
    ]);
    const key = "-----BEGIN OPENSSH PRIVATE KEY-----\nQUJDcanary\n-----END OPENSSH PRIVATE KEY-----\n";
    expect((await manager.updateOAuthToken(tokenId, { sshKey: key })).hasSshKey).toBe(true);
    expect(simulator.inspect(client.id)?.holds("ssh-key", key)).toBe(true);
    expect((await manager.updateOAuthToken(tokenId, { sshKey: null })).hasSshKey).toBe(false);
    expect(await manager.getOAuthToken(tokenId)).toMatchObject({ id: tokenId });
    await manager.deleteOAuthToken(tokenId);
    expect(await rejection(manager.deleteOAuthToken(tokenId))).toBeInstanceOf(NotFoundError);
    const { oauthTokenId: _, ...rest } = client;
    expect(await manager.get(client.id)).toEqual({ ...rest, oauthTokenIds: [] });
  });
});

describe("delete", () => {
  test("uses the current path by default", async () => {
    const { manager, operations } = setup();
    const { client } = await manager.create(github);
    await manager.delete(client.id);
    expect(operations()).toContain("destroyOAuthClient");
  });

  test("uses only the path of 2018 with deleteUnderOrganization", async () => {
    const { manager, simulator, operations } = setup({ oldDeletePath: true }, { deleteUnderOrganization: true });
    const { client } = await manager.create(github);
    simulator.dropConnection("destroyOAuthClientOfOrganization", { when: "after" });
    await manager.delete(client.id);
    expect(simulator.clients).toHaveLength(0);
    expect(await rejection(manager.delete(client.id))).toBeInstanceOf(NotFoundError);
    expect(operations()).not.toContain("destroyOAuthClient");
  });
});

test("the delete path of 2018 contains the manager's organization", async () => {
  const { manager, sent } = withResponses([{ status: 204 }], { organization: "globex", deleteUnderOrganization: true });
  await manager.delete(id);
  expect(sent.map(({ method, path }) => `${method} ${path}`)).toEqual([
    `DELETE /api/v2/organizations/globex/oauth-clients/${id}`,
  ]);
});

test("the manager supports neither rotation nor token requests nor import", () => {
  const { manager } = setup();
  expect([canRotateSecret(manager), canRequestTokens(manager), canImport(manager)]).toEqual([false, false, false]);
});

test("every write sends a content type, with and without content", async () => {
  const client = { json: { data: clientResource(id) } };
  const { manager, sent } = withResponses([client, client, { status: 204 }]);
  await manager.create(github);
  await manager.update(id, { name: "x" });
  await manager.addProjects(id, projects);
  await manager.removeProjects(id, projects);
  await manager.delete(id);
  expect(sent.map(({ method }) => method)).toEqual(["POST", "PATCH", "POST", "DELETE", "DELETE"]);
  for (const { headers } of sent) expect(headers.get("content-type")).toBe("application/vnd.api+json");
  expect(sent[3]?.json).toEqual({ data: projects.map((project) => ({ id: project, type: "projects" })) });
  expect(sent[4]?.json).toBeUndefined();
});

test("the name of an organization is percent-encoded as one path segment", async () => {
  const { manager, sent } = withResponses([{ json: { data: [] } }], { organization: "acme?x=%2e" });
  expect(await collect(manager.list())).toEqual([]);
  expect(sent[0]?.path).toMatch(/^\/api\/v2\/organizations\/acme%3Fx%3D%252e\/oauth-clients\?/);
});

test("tfeOptionsFromEnv returns the options of a manager", async () => {
  const { simulator } = setup();
  const options = tfeOptionsFromEnv({ TFE_TOKEN: token, TFE_ORGANIZATION: "acme", TFE_ADDRESS: simulator.urls.host });
  expect(await collect(createTfeManager({ ...options, fetch: simulator.fetch }).list())).toEqual([]);
});

test("the manager accepts a loopback address without TLS", async () => {
  const { simulator, manager: inside } = setup();
  await inside.create(github);
  const { urls, close } = await simulator.listen();
  try {
    const manager = createTfeManager({ token, organization: "acme", address: `${urls.host}/api/v2/` });
    expect(await collect(manager.list())).toHaveLength(1);
  } finally {
    await close();
  }
});
