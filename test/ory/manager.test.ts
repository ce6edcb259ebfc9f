import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import {
  AuthenticationError,
  type NetworkError,
  NotFoundError,
  PermissionDeniedError,
  RateLimitError,
  ResponseError,
  ServerError,
  UnexpectedResponseError,
  ValidationError,
} from "../../src/core/errors.js";
import { collect } from "../../src/core/pagination.js";
import { lifespanNames } from "../../src/ory/convert.js";
import type { OryClientFields, OryListOptions, OryManager, OryPatchOperation } from "../../src/ory/types.js";
import { clientWire } from "../../src/ory/wire.js";
import { requestToken } from "../../src/token/index.js";
import { advanceTime, stopTime } from "../time.js";
import {
  json,
  limitIn,
  managerWithResponses,
  project,
  publicKey,
  rejection,
  type Setup,
  setup,
  setupNetwork,
} from "./setup.js";

const input = { name: "billing", grantTypes: ["client_credentials"] } as const;

// One value, different from the default, for every field that a simulator without a network can store.
const everyField: Required<Omit<OryClientFields, "jwksUri" | "subjectType" | "sectorIdentifierUri">> = {
  name: "every field",
  grantTypes: ["authorization_code", "refresh_token"],
  responseTypes: ["code", "code id_token"],
  scopes: ["openid", "invoices.read"],
  audience: ["https://api.acme.test"],
  redirectUris: ["https://app.acme.test/callback", "http://localhost:3000/callback"],
  postLogoutRedirectUris: ["https://app.acme.test/bye"],
  frontchannelLogoutUri: "https://app.acme.test/front",
  frontchannelLogoutSessionRequired: true,
  backchannelLogoutUri: "https://app.acme.test/back",
  backchannelLogoutSessionRequired: true,
  allowedCorsOrigins: ["https://app.acme.test"],
  contacts: ["ops@acme.test"],
  owner: "acme",
  clientUri: "https://acme.test/",
  logoUri: "https://acme.test/logo.png",
  policyUri: "https://acme.test/policy",
  tosUri: "https://acme.test/tos",
  metadata: { team: "billing", nested: { list: [1, "two", null, true] } },
  tokenEndpointAuthMethod: "private_key_jwt",
  tokenEndpointAuthSigningAlg: "RS512",
  jwks: { keys: [publicKey] },
  requestUris: ["https://app.acme.test/request"],
  requestObjectSigningAlg: "RS256",
  userinfoSignedResponseAlg: "RS256",
  accessTokenStrategy: "jwt",
  skipConsent: true,
  skipLogoutConsent: true,
  lifespans: Object.fromEntries(Object.keys(lifespanNames).map((name, index) => [name, (index + 1) * 3_661_250])),
};
const fields = Object.entries(everyField) as [keyof typeof everyField, unknown][];

// Adds members to responses that only a server sets, and that no change of the library contains.
function withUnknown(at: Setup): void {
  at.intercept(async (request, forward) => {
    const response = await forward();
    if (request.method !== "GET" || !response.ok) return response;
    return json({ ...((await response.json()) as object), future_member: { deep: [1, null] }, client_secret_expires_at: 0 });
  });
}

const lastBody = (at: Setup) => JSON.parse(at.sent.at(-1)!.body) as Record<string, unknown>;

describe("an id that is not a valid path segment is rejected before any request", () => {
  test.each(["", ".", "..", "\ud800", undefined, 7])("%j", async (id) => {
    const { manager, sent } = setup();
    const wrong = id as string;
    const calls = [
      manager.get(wrong),
      manager.update(wrong, { name: "a" }),
      manager.patch(wrong, [{ op: "remove", path: "/owner" }]),
      manager.delete(wrong),
      manager.setLifespans(wrong, {}),
      ...(typeof id === "string" && id !== "" ? [] : [manager.deleteTokens(wrong)]),
    ];
    for (const call of calls) expect(await rejection(call)).toBeInstanceOf(ValidationError);
    expect(sent).toHaveLength(0);
  });

  test("and any other id is percent-encoded as one segment", async () => {
    const { manager, sent } = setup();
    await rejection(manager.get("a/../b?c#d%2F"));
    expect(sent[0]!.url).toBe("http://127.0.0.1:4445/admin/clients/a%2F..%2Fb%3Fc%23d%252F");
  });
});

describe("get", () => {
  test("retries a 404 without Ory's error body, and rejects with a ServerError", async () => {
    for (const body of [
      { message: "no Route matched" },
      { error: "not found" },
      { code: 200, message: "fine" },
      "<html>",
      null,
    ]) {
      const { manager, sent } = managerWithResponses(() => json(body, 404));
      const error = await rejection<ServerError>(manager.get("a"));
      expect(error).toBeInstanceOf(ServerError);
      expect(error).toMatchObject({ status: 404, outcome: "not_applied", operation: "get client" });
      expect(error.message).toContain("a gateway may have sent it");
      expect(sent).toHaveLength(3);
    }
  });

  test("recognizes a missing client by the status and by Ory's error body", async () => {
    for (const body of [
      { error: "Unable to locate the resource", error_description: "" },
      { error: { code: 404, message: "500 everywhere", status: "Internal Server Error" } },
    ]) {
      const { manager } = managerWithResponses(() => json(body, 404));
      const error = await rejection<NotFoundError>(manager.get("a"));
      expect(error).toBeInstanceOf(NotFoundError);
      expect(error).toMatchObject({ status: 404, code: "not_found", outcome: "not_applied", operation: "get client" });
    }
  });

  test("does not treat a server error with 404 in its text as a missing client", async () => {
    for (const body of [
      { error: "404", error_description: "404 not found" },
      { error: { code: 404, status: "Not Found", request: "b7c1e0aa-c404-2222", message: "could not find it" } },
      { code: 404, message: "404" },
    ]) {
      const { manager, sent } = managerWithResponses(() => json(body, 500));
      const error = await rejection<ServerError>(manager.get("a"));
      expect(error).toBeInstanceOf(ServerError);
      expect(error.status).toBe(500);
      expect(sent).toHaveLength(3);
    }
  });

  test.each<[string, unknown, object]>([
    ["flat", { error: "invalid_request", error_description: "bad" }, { vendorCode: "invalid_request", message: /: bad/ }],
    [
      "an object in error",
      { error: { message: "No access", request: "request-7" } },
      { requestId: "request-7", message: /No access.*request-7/ },
    ],
    [
      "an object at the top level",
      { message: "No access", request: "request-7", id: "blocked" },
      { requestId: "request-7", vendorCode: "blocked" },
    ],
    [
      "the format of a plan's limit",
      { error: { id: "feature_not_available", message: "Upgrade", details: { feature: "sso" } } },
      { vendorCode: "feature_not_available", message: /feature sso/ },
    ],
  ])("reads an error with the format %s", async (_, body, { message, ...facts }: { message?: RegExp }) => {
    const { manager } = managerWithResponses(() => json(body, 403, { "x-request-id": "from-header" }));
    const error = await rejection<PermissionDeniedError>(manager.get("a"));
    expect(error).toBeInstanceOf(PermissionDeniedError);
    expect(error).toMatchObject(facts);
    if (message) expect(error.message).toMatch(message);
    if (!("requestId" in facts)) expect(error.requestId).toBe("from-header");
  });

  test("redacts keys and tokens in the vendor's message", async () => {
    const { manager } = managerWithResponses(() =>
      json({ error: { message: "key ory_pat_abcDEF123 and ory_at_x.y are bad" } }, 401),
    );
    const error = await rejection<AuthenticationError>(manager.get("a"));
    expect(error).toBeInstanceOf(AuthenticationError);
    expect(inspect(error)).not.toMatch(/abcDEF123|ory_at_x/);
  });

  test("rejects a wrong API key with an AuthenticationError", async () => {
    const { manager } = setupNetwork({}, { apiKey: "ory_pat_wrong" });
    expect(await rejection(manager.get("a"))).toMatchObject({ code: "authentication", requestId: expect.any(String) });
  });

  test("rejects a response that is not a client", async () => {
    const { manager } = managerWithResponses(() => json({ client_id: 7 }));
    const error = await rejection<UnexpectedResponseError>(manager.get("a"));
    expect(error).toBeInstanceOf(UnexpectedResponseError);
    expect(error.issues).toEqual([{ path: "client_id", message: "expected string" }]);
  });
});

describe("list", () => {
  test.each<[unknown, string]>([
    [{ filter: "x" }, "filter"],
    [{ page_size: 5 }, "page_size"],
    [{ pageSize: 501 }, "pageSize"],
    [{ name: "" }, "name"],
  ])("rejects %j before any request", async (options, path) => {
    const { manager, sent } = setup();
    const error = await rejection<ValidationError>(collect(manager.list(options as OryListOptions)));
    expect(error.issues.map((issue) => issue.path)).toEqual([path]);
    expect(sent).toHaveLength(0);
  });

  test("reports an unreadable client with the vendor and the operation", async () => {
    const { manager } = managerWithResponses(() => json([{ client_id: "a" }, { client_id: 7 }]));
    const reported: unknown[] = [];
    const clients = await collect(manager.list({ onUnreadable: ({ error }) => void reported.push(error) }));
    expect(clients.map(({ id }) => id)).toEqual(["a"]);
    expect(reported).toMatchObject([{ vendor: "ory", operation: "list clients", outcome: "not_applied" }]);
  });

  // Pages of one client each, with the Link header of the test.
  const paging = (linkFor: (page: number) => string | undefined, pages = 3) =>
    managerWithResponses((request) => {
      const token = new URL(request.url).searchParams.get("page_token");
      const page = token === null ? 0 : Number(token);
      const link = linkFor(page);
      return json(page < pages ? [{ client_id: `client-${page}` }] : [], 200, link === undefined ? {} : { link });
    });
  const ids = async (manager: Setup["manager"], options?: OryListOptions) =>
    (await collect(manager.list(options))).map(({ id }) => id);

  test.each<[string, (page: number) => string]>([
    ["to another origin", (page) => `<https://evil.test/steal?page_token=${page}>; rel="next"`],
    ["with user info", (page) => `<https://a:b@evil.test/admin/clients?page_token=${page}&page_size=1>; rel="next"`],
    ["to another path", (page) => `</admin/keys/x?page_token=${page}>; rel="next"`],
    ["relative", (page) => `</admin/clients?page_size=1&page_token=${page}>; rel="next"`],
    ["absolute", (page) => `<http://127.0.0.1:4445/admin/clients?page_token=${page}>; rel="next"`],
    [
      "before the first link",
      (page) => `</admin/clients?page_token=${page}>; rel="next",</admin/clients?page_token=0>; rel="first"`,
    ],
    [
      "after the first link",
      (page) => `</admin/clients?page_token=0>; rel="first",</admin/clients?page_token=${page}>; rel="next"`,
    ],
  ])("reads only the page token of a next link %s", async (_, link) => {
    const { manager, sent } = paging((page) => (page < 2 ? link(page + 1) : undefined));
    expect(await ids(manager, { owner: "acme", pageSize: 7 })).toEqual(["client-0", "client-1", "client-2"]);
    expect(sent.map(({ url }) => url)).toEqual([
      "http://127.0.0.1:4445/admin/clients?page_size=7&owner=acme",
      "http://127.0.0.1:4445/admin/clients?page_size=7&owner=acme&page_token=1",
      "http://127.0.0.1:4445/admin/clients?page_size=7&owner=acme&page_token=2",
    ]);
  });

  test.each<[string, (page: number) => string]>([
    ["the same page", () => '</?page_token=1>; rel="next"'],
    ["an earlier page", (page) => `</?page_token=${(page + 1) % 3}>; rel="next"`],
  ])("rejects a next link to %s, because the list is incomplete", async (_, link) => {
    const { manager, sent } = paging(link);
    const error = await rejection<UnexpectedResponseError>(ids(manager));
    expect(error).toBeInstanceOf(UnexpectedResponseError);
    expect(error).toMatchObject({ vendor: "ory", operation: "list clients", outcome: "not_applied" });
    expect(sent.length).toBeLessThan(8);
  });

  test("ends after empty pages, because Hydra 2.x links them without an end", async () => {
    const { manager, sent } = paging((page) => `</?page_token=${page + 1}>; rel="next"`);
    expect(await ids(manager)).toEqual(["client-0", "client-1", "client-2"]);
    expect(sent.length).toBeLessThan(8);
  });

  test("requests no further page after the loop ends", async () => {
    const { manager, sent } = paging((page) => `</?page_token=${page + 1}>; rel="next"`);
    for await (const { id } of manager.list()) if (id === "client-1") break;
    expect(sent).toHaveLength(2);
  });

  test("retries a failed page, and rejects with its error after the last retry", async () => {
    const at = setup();
    await at.manager.create(input);
    at.simulator.failNext("listOAuth2Clients", { status: 503 });
    expect(await collect(at.manager.list())).toHaveLength(1);
    at.simulator.failNext("listOAuth2Clients", { status: 503, times: 9 });
    expect(await rejection(collect(at.manager.list()))).toMatchObject({ code: "server_error", outcome: "not_applied" });
  });

  test.each(["2.3", "25.4", "master"] as const)("returns every client once on %s, for any page size", async (version) => {
    const { manager } = setup({ version });
    const made: string[] = [];
    for (let number = 0; number < 7; number++) made.push((await manager.create({ ...input, name: `c${number}` })).client.id);
    for (const pageSize of [1, 2, 3, 7, 500]) expect(await ids(manager, { pageSize })).toEqual(made.sort());
    expect(await ids(manager)).toEqual(made.sort());
  });

  test("ends on an old server without clients, which always links a next page", async () => {
    const { manager, sent } = setup({ version: "2.3" });
    expect(await ids(manager)).toEqual([]);
    expect(sent.length).toBeLessThan(4);
  });

  test("filters by name, by owner, and by both", async () => {
    const { manager } = setup();
    await manager.create({ ...input, clientId: "client-1", owner: "acme" });
    await manager.create({ ...input, clientId: "client-2", owner: "other" });
    await manager.create({ ...input, clientId: "client-3", owner: "acme", name: "web & more" });
    expect(await ids(manager, { name: "billing" })).toEqual(["client-1", "client-2"]);
    expect(await ids(manager, { owner: "acme", pageSize: 1 })).toEqual(["client-1", "client-3"]);
    expect(await ids(manager, { owner: "acme", name: "web & more" })).toEqual(["client-3"]);
    expect(await ids(manager, { owner: "unknown" })).toEqual([]);
  });

  test("returns the same client as get, although the response has another format", async () => {
    const { manager } = setup();
    const { client } = await manager.create({ name: "bare" });
    expect(client).toEqual(await manager.get(client.id));
    expect(await collect(manager.list())).toEqual([client]);
  });
});

describe("update rejects", () => {
  test.each<[string, object, string]>([
    ["a new id", { clientId: "b" }, "clientId"],
    ["a secret", { clientSecret: "abcdef" }, "clientSecret"],
    ["an unknown field", { nmae: "b" }, "nmae"],
    ["null as the name", { name: null }, "name"],
    ["empty scopes", { scopes: [] }, "scopes"],
  ])("%s before any request", async (_, changes, path) => {
    const { manager, sent } = setup();
    const error = await rejection<ValidationError>(manager.update("a", changes));
    expect(error.issues.map((issue) => issue.path)).toEqual([path]);
    expect(sent).toHaveLength(0);
  });

  test.each<[string, object, object, string]>([
    ["the method none for a client with client_credentials", input, { tokenEndpointAuthMethod: "none" }, "grantTypes"],
    [
      "client_credentials for a public client",
      { name: "a", tokenEndpointAuthMethod: "none" },
      { grantTypes: ["client_credentials"] },
      "grantTypes",
    ],
    ["private_key_jwt without keys", input, { tokenEndpointAuthMethod: "private_key_jwt" }, "jwks"],
    [
      "the removal of the keys of a private_key_jwt client",
      { ...input, tokenEndpointAuthMethod: "private_key_jwt", jwks: { keys: [publicKey] } },
      { jwks: null },
      "jwks",
    ],
    ["jwks and jwksUri together", input, { jwks: { keys: [publicKey] }, jwksUri: "https://a.test/jwks" }, "jwks"],
  ])("%s after it has read the client", async (_, before, changes, path) => {
    const at = setup();
    const { client } = await at.manager.create(before as typeof input);
    const error = await rejection<ValidationError>(at.manager.update(client.id, changes));
    expect(error).toBeInstanceOf(ValidationError);
    expect(error.issues.map((issue) => issue.path)).toEqual([path]);
    expect(error.outcome).toBe("not_applied");
    expect(at.calls()).not.toContain(`PUT /admin/clients/${client.id}`);
  });

  test("an unknown client", async () => {
    const { manager, calls } = setup();
    const error = await rejection(manager.update("missing", { name: "b" }));
    expect(error).toBeInstanceOf(NotFoundError);
    expect(error).toMatchObject({ operation: "update client", message: expect.stringContaining("ory update client: ") });
    expect(calls()).toEqual(["GET /admin/clients/missing"]);
  });

  test("with the error of the vendor", async () => {
    const { manager } = setup();
    const { client } = await manager.create(input);
    const error = await rejection<ResponseError>(manager.update(client.id, { policyUri: "ftp://a.test" }));
    expect(error).toMatchObject({ status: 400, vendorCode: "invalid_client_metadata", outcome: "not_applied" });
  });

  test("with an unknown outcome when every response is lost", async () => {
    const { manager, simulator } = setup();
    const { client } = await manager.create(input);
    simulator.dropConnection("setOAuth2Client", { when: "after", times: 9 });
    const error = await rejection<NetworkError>(manager.update(client.id, { name: "b" }));
    expect(error).toMatchObject({ code: "network", outcome: "unknown", operation: "update client" });
  });

  test.each([
    ["its deadline", {}, { timeoutMs: 300 }],
    ["the manager's deadline", { timeoutMs: 300 }, {}],
  ])("when both requests together exceed %s", async (_, options, call) => {
    stopTime();
    const { manager, simulator, hasReceived } = setup({}, options);
    const { client } = await manager.create(input);
    simulator.delayNext("getOAuth2Client", 120);
    simulator.delayNext("setOAuth2Client", 5_000, { times: 3 });
    const updating = rejection(manager.update(client.id, { name: "b" }, call));
    await advanceTime(() => hasReceived("getOAuth2Client"), 120);
    await advanceTime(() => hasReceived("setOAuth2Client"), 180);
    const error = await updating;
    expect(error).toMatchObject({ code: "timeout" });
    expect(limitIn(error)).toBe(180);
  });

  test.each(["GET", "PUT"])("with the reason of a signal that aborts during the %s", async (method) => {
    const at = setup();
    const { client } = await at.manager.create(input);
    const controller = new AbortController();
    const reason = new Error("enough");
    at.intercept((request, forward) => {
      if (request.method === method) controller.abort(reason);
      return forward();
    });
    expect(await rejection(at.manager.update(client.id, { name: "b" }, { signal: controller.signal }))).toBe(reason);
    expect(at.sent.at(-1)!.method).toBe(method);
  });
});

describe("update", () => {
  test("renames a client with a combination that the library does not create", async () => {
    const at = setup();
    const odd = { client_id: "odd", grant_types: ["client_credentials"], token_endpoint_auth_method: "none" };
    await at.raw("POST", "/admin/clients", odd);
    expect((await at.manager.update("odd", { name: "b" })).name).toBe("b");
    const error = await rejection<ValidationError>(at.manager.update("odd", { grantTypes: ["client_credentials"] }));
    expect(error.issues.map(({ path }) => path)).toEqual(["grantTypes"]);
    expect((await at.manager.update("odd", { tokenEndpointAuthMethod: null })).tokenEndpointAuthMethod).toBe(
      "client_secret_basic",
    );
  });

  test("resolves after a lost response, because the PUT is retried", async () => {
    const { manager, simulator } = setup();
    const { client } = await manager.create(input);
    simulator.dropConnection("setOAuth2Client", { when: "after" });
    expect((await manager.update(client.id, { name: "b" })).name).toBe("b");
  });

  test("keeps unknown members, and omits the members that the server sets", async () => {
    const at = setup();
    const { client } = await at.manager.create({ ...everyField, tokenEndpointAuthMethod: "client_secret_post" });
    withUnknown(at);
    await at.manager.update(client.id, { owner: "other" });
    const body = lastBody(at);
    expect(body).toMatchObject({ owner: "other", future_member: { deep: [1, null] }, client_name: "every field" });
    for (const name of ["client_secret", "client_secret_expires_at", "created_at", "updated_at", "registration_access_token"])
      expect(body).not.toHaveProperty(name);
    expect(body).not.toHaveProperty("registration_client_uri");
  });

  test("keeps the secret valid", async () => {
    const { manager, simulator } = setup();
    const { client, credentials } = await manager.create(input);
    await manager.update(client.id, { name: "b", scopes: ["read"] });
    const token = await requestToken(manager.tokenRequest(credentials), { fetch: simulator.fetch });
    expect(token.value).toMatch(/^ory_at_/);
  });

  test("returns the creation time of the client", async () => {
    const { manager, simulator } = setup();
    const { client } = await manager.create(input);
    simulator.advanceTime(86_400_000);
    const updated = await manager.update(client.id, { name: "b" });
    expect(updated.createdAt).toEqual(client.createdAt);
    expect(updated.updatedAt!.getTime() - client.updatedAt!.getTime()).toBeGreaterThan(86_000_000);
    const { updatedAt: _a, ...changed } = updated;
    const { updatedAt: _b, ...read } = await manager.get(client.id);
    expect(changed).toEqual(read);
  });

  test.each(fields)("changes %s and no other field", async (field, value) => {
    const { manager } = setup();
    const keys = field === "tokenEndpointAuthMethod" ? { jwks: everyField.jwks } : {};
    const uris = field === "postLogoutRedirectUris" ? { redirectUris: everyField.redirectUris } : {};
    const { client } = await manager.create({ name: "plain", ...keys, ...uris });
    const { updatedAt: _a, ...updated } = await manager.update(client.id, { [field]: value });
    const { updatedAt: _b, ...before } = client;
    expect(updated).toEqual({ ...before, [field]: value });
    const { updatedAt: _c, ...read } = await manager.get(client.id);
    expect(read).toEqual(updated);
  });

  test.each(fields.filter(([field]) => !["name", "lifespans", "jwks", "redirectUris"].includes(field)))(
    "clears %s with null and no other field",
    async (field) => {
      const { manager } = setup({ defaultScope: "offline" });
      const { client } = await manager.create(
        everyField as Required<typeof everyField> & { tokenEndpointAuthMethod: "private_key_jwt" },
      );
      const bare = (await manager.create({ name: "bare" })).client as unknown as Record<string, unknown>;
      const { updatedAt: _a, ...cleared } = await manager.update(client.id, { [field]: null });
      const { updatedAt: _b, ...before } = client;
      expect(cleared).toEqual({ ...before, [field]: bare[field] });
      expect(await manager.get(client.id)).toMatchObject(cleared);
    },
  );

  test("merges lifespans individually", async () => {
    const { manager } = setup();
    const { client } = await manager.create({
      ...input,
      lifespans: { clientCredentialsGrantAccessTokenMs: 60_000, implicitGrantIdTokenMs: 720 * 3_600_000 },
    });
    const lifespans = { clientCredentialsGrantAccessTokenMs: null, jwtBearerGrantAccessTokenMs: 250 };
    expect((await manager.update(client.id, { lifespans })).lifespans).toEqual({
      implicitGrantIdTokenMs: 720 * 3_600_000,
      jwtBearerGrantAccessTokenMs: 250,
    });
  });

  test.each(["2.3", "25.4", "master"] as const)(
    "exchanges jwks and jwksUri, and renames a client with jwksUri, on %s",
    async (version) => {
      const { manager } = setup({ version });
      const { client } = await manager.create({ ...input, jwks: { keys: [publicKey] } });
      const remote = await manager.update(client.id, { jwksUri: "https://keys.test/jwks" });
      expect(remote).toMatchObject({ jwksUri: "https://keys.test/jwks" });
      expect(remote).not.toHaveProperty("jwks");
      expect((await manager.update(client.id, { name: "renamed" })).jwksUri).toBe("https://keys.test/jwks");
      const inline = await manager.update(client.id, { jwks: { keys: [publicKey] } });
      expect(inline.jwks).toEqual({ keys: [publicKey] });
      expect(inline).not.toHaveProperty("jwksUri");
      expect(await manager.update(client.id, { jwks: null })).not.toHaveProperty("jwks");
    },
  );

  test("invalidates the registration access token, as documented", async () => {
    const { manager, simulator } = setup();
    const { client } = await manager.create(input);
    expect(simulator.inspect(client.id)?.registrationTokenValid).toBe(true);
    await manager.update(client.id, { name: "b" });
    expect(simulator.inspect(client.id)?.registrationTokenValid).toBe(false);
  });
});

describe("the fields of a client", () => {
  test("are each sent as a separate member, and this test contains all of them", async () => {
    const { manager, sent } = managerWithResponses(async (request) =>
      json({ client_id: ((await request.json()) as { client_id: string }).client_id }, 201),
    );
    const { jwks: _, ...others } = everyField;
    const rest = {
      jwksUri: "https://keys.test/jwks",
      subjectType: "pairwise",
      sectorIdentifierUri: "https://acme.test/sector",
    };
    await manager.create({ ...others, ...rest, tokenEndpointAuthMethod: "private_key_jwt" });
    const members = [...Object.keys(JSON.parse(sent[0]!.body) as object), "jwks", "created_at", "updated_at"];
    expect(members.filter((name) => name !== "client_secret").sort()).toEqual(Object.keys(clientWire.shape).sort());
  });

  test("are returned unchanged by create and by get", async () => {
    const at = setup();
    const { client } = await at.manager.create(
      everyField as typeof everyField & { tokenEndpointAuthMethod: "private_key_jwt" },
    );
    expect(client).toMatchObject(everyField);
    const read = await at.manager.get(client.id);
    expect(read).toEqual(client);
    expect(read).toMatchObject({ id: client.id, clientId: client.id, vendor: "ory", createdAt: expect.any(Date) });
  });

  test("with URLs are returned unchanged too", async () => {
    const { manager } = managerWithResponses(async (request) =>
      json({ ...((await request.json()) as object), client_secret: "server-made" }, 201),
    );
    const addresses = {
      jwksUri: "https://keys.test/jwks",
      subjectType: "pairwise",
      sectorIdentifierUri: "https://acme.test/sector",
    };
    expect((await manager.create({ name: "a", ...addresses })).client).toMatchObject(addresses);
  });

  test("are sent with the vendor's names", async () => {
    const at = setup();
    await at.manager.create({ name: "a", scopes: ["read", "write"], lifespans: { implicitGrantIdTokenMs: 720 * 3_600_000 } });
    expect(lastBody(at)).toMatchObject({ client_name: "a", scope: "read write", implicit_grant_id_token_lifespan: "720h0m0s" });
  });

  test("have the server's default scope when scopes is missing", async () => {
    const { manager } = setup({ defaultScope: "offline openid" });
    expect((await manager.create({ name: "a" })).client.scopes).toEqual(["offline", "openid"]);
  });
});

describe("patch rejects", () => {
  const replace = (path: string): OryPatchOperation[] => [{ op: "replace", path, value: "other" }];

  test.each(["/client_id", "/CLIENT_ID", "/Client_id", "/id", "client_name", "", "/a~2"])(
    "the path %j before any request",
    async (path) => {
      const { manager, sent } = setup();
      const error = await rejection<ValidationError>(manager.patch("a", replace(path)));
      expect(error).toBeInstanceOf(ValidationError);
      expect(error).toMatchObject({ outcome: "not_applied", issues: [{ path: "0.path" }] });
      expect(sent).toHaveLength(0);
    },
  );

  test("a private key before any request", async () => {
    const { manager, sent } = setup();
    const value = { keys: [{ ...publicKey, d: "very-private" }] };
    const error = await rejection<ValidationError>(manager.patch("a", [{ op: "replace", path: "/jwks", value }]));
    expect(error).toBeInstanceOf(ValidationError);
    expect(error).toMatchObject({ outcome: "not_applied", issues: [{ path: "0.value.keys.0.d" }] });
    expect(inspect(error)).not.toContain("very-private");
    expect(sent).toHaveLength(0);
  });

  test("a patch that cannot be applied, with an unknown outcome and without a retry", async () => {
    const at = setup();
    const { client } = await at.manager.create(input);
    const error = await rejection<ValidationError>(at.manager.patch(client.id, [{ op: "remove", path: "/metadata/missing" }]));
    expect(error).toBeInstanceOf(ValidationError);
    expect(error).toMatchObject({ code: "invalid_input", outcome: "unknown", operation: "patch client", vendor: "ory" });
    const message = "the patch cannot be applied (a path is missing or has another type), or the server failed";
    expect(error.issues).toEqual([{ path: "operations", message }]);
    expect(error.message).toMatch(
      /^ory patch client: the patch cannot be applied \(.*\), or the server failed\. The change may have been applied\. /,
    );
    expect(at.calls().filter((call) => call.startsWith("PATCH"))).toHaveLength(1);
  });

  test.each([502, 503, 504])("with a server error after status %d, without a retry", async (status) => {
    const at = setup();
    at.simulator.failNext("patchOAuth2Client", { status });
    expect(await rejection(at.manager.patch("a", replace("/owner")))).toMatchObject({
      code: "server_error",
      status,
      outcome: "unknown",
    });
    expect(at.sent).toHaveLength(1);
  });

  test("with an unknown outcome when the response is lost, without a retry", async () => {
    const at = setup();
    const { client } = await at.manager.create(input);
    at.simulator.dropConnection("patchOAuth2Client", { when: "after" });
    expect(await rejection(at.manager.patch(client.id, replace("/owner")))).toMatchObject({
      code: "network",
      outcome: "unknown",
    });
    expect(at.calls().filter((call) => call.startsWith("PATCH"))).toHaveLength(1);
    expect((await at.manager.get(client.id)).owner).toBe("other");
  });

  test("an unknown client", async () => {
    expect(await rejection(setup().manager.patch("missing", replace("/owner")))).toBeInstanceOf(NotFoundError);
  });

  test("with the validation error of the vendor", async () => {
    const { manager } = setup();
    const { client } = await manager.create(input);
    const error = await rejection<ResponseError>(
      manager.patch(client.id, [{ op: "add", path: "/redirect_uris", value: ["https://a.test#x"] }]),
    );
    expect(error.constructor).toBe(ResponseError);
    expect(error).toMatchObject({ status: 400, vendorCode: "invalid_redirect_uri", outcome: "not_applied" });
  });

  test("without the secret of the patch in the error", async () => {
    const { manager } = managerWithResponses(() =>
      json({ error: "invalid_request", error_description: "bad brand-new-secret" }, 400),
    );
    const error = await rejection(manager.patch("a", [{ op: "replace", path: "/client_secret", value: "brand-new-secret" }]));
    expect(inspect(error)).not.toContain("brand-new-secret");
  });

  test("with the error of the vendor when the values of the patch are of several types", async () => {
    const { manager } = managerWithResponses(() => json({ error: "invalid_request", error_description: "bad patch" }, 400));
    const values = [null, 7, true, ["a", "b", "c", "d"], { name: "text" }, "text"];
    const operations = values.map((value): OryPatchOperation => ({ op: "add", path: "/metadata", value }));
    const error = await rejection(manager.patch("a", [...operations, { op: "remove", path: "/owner" }]));
    expect(error.constructor).toBe(ResponseError);
    expect(error.message).toContain("bad patch");
  });
});

describe("patch", () => {
  test("adds, replaces and removes members, and changes nothing else", async () => {
    const at = setup();
    const { client } = await at.manager.create({ ...input, owner: "acme", metadata: { team: "billing", client_id: "x" } });
    const patched = await at.manager.patch(client.id, [
      { op: "add", path: "/metadata/stage", value: "prod" },
      { op: "replace", path: "/metadata/client_id", value: "y" },
      { op: "replace", path: "/client_uri", value: "https://acme.test" },
      { op: "remove", path: "/owner" },
      { op: "add", path: "/contacts/-", value: "ops@acme.test" },
    ]);
    const { owner: _o, updatedAt: _u, ...before } = client;
    const { updatedAt: _v, ...after } = patched;
    expect(after).toEqual({
      ...before,
      metadata: { team: "billing", client_id: "y", stage: "prod" },
      clientUri: "https://acme.test",
      contacts: ["ops@acme.test"],
    });
    expect(await at.manager.get(client.id)).toMatchObject(after);
  });

  test("is retried after status 429", async () => {
    const at = setup();
    const { client } = await at.manager.create(input);
    at.simulator.failNext("patchOAuth2Client", { status: 429 });
    expect((await at.manager.patch(client.id, [{ op: "add", path: "/owner", value: "acme" }])).owner).toBe("acme");
  });
});

describe("delete", () => {
  test("rejects a second delete with a NotFoundError", async () => {
    const { manager } = setup();
    const { client } = await manager.create(input);
    expect(await manager.delete(client.id)).toBeUndefined();
    for (const id of [client.id, "missing"]) expect(await rejection(manager.delete(id))).toBeInstanceOf(NotFoundError);
  });

  test.each<[string, (at: Setup) => void]>([
    ["is lost", ({ simulator }) => simulator.dropConnection("deleteOAuth2Client", { when: "after" })],
    ["has status 503", ({ simulator }) => simulator.failNext("deleteOAuth2Client", { status: 503, when: "after" })],
    ["has status 504", ({ simulator }) => simulator.failNext("deleteOAuth2Client", { status: 504, when: "after" })],
  ])("resolves when its first response %s and the retry returns 404", async (_, lose) => {
    const at = setup();
    const { client } = await at.manager.create(input);
    lose(at);
    expect(await at.manager.delete(client.id)).toBeUndefined();
    expect(at.calls().filter((call) => call.startsWith("DELETE"))).toHaveLength(2);
    expect(at.simulator.clients).toHaveLength(0);
  });

  test("rejects with a NotFoundError after status 429 and a 404", async () => {
    const { manager, simulator } = setup();
    simulator.failNext("deleteOAuth2Client", { status: 429 });
    expect(await rejection(manager.delete("missing"))).toBeInstanceOf(NotFoundError);
  });

  test("has an unknown outcome when every response is lost", async () => {
    const { manager, simulator } = setup();
    const { client } = await manager.create(input);
    simulator.failNext("deleteOAuth2Client", { status: 503, times: 9 });
    expect(await rejection(manager.delete(client.id))).toMatchObject({ code: "server_error", outcome: "unknown" });
  });
});

describe("deleteTokens", () => {
  test.each([
    ["", "id"],
    [undefined, "id"],
  ])("requires an id: %j", async (id, path) => {
    const { manager, sent } = setup();
    const error = await rejection<ValidationError>(manager.deleteTokens(id as string));
    expect(error.issues.map((issue) => issue.path)).toEqual([path]);
    expect(sent).toHaveLength(0);
  });

  test("deletes all tokens of the client, and keeps the client and the tokens of others", async () => {
    const { manager, simulator, sent } = setup();
    const [mine, theirs] = [await manager.create({ ...input, clientId: "a&b" }), await manager.create(input)];
    const token = async ({ credentials }: typeof mine) =>
      (await requestToken(manager.tokenRequest(credentials), { fetch: simulator.fetch })).value;
    const tokens = [await token(mine), await token(mine), await token(theirs)];
    expect(await manager.deleteTokens("a&b")).toBeUndefined();
    expect(sent.at(-1)!.url).toBe("http://127.0.0.1:4445/admin/oauth2/tokens?client_id=a%26b");
    expect(await Promise.all(tokens.map(async (value) => (await manager.introspect(value)).active))).toEqual([
      false,
      false,
      true,
    ]);
    expect((await manager.get("a&b")).id).toBe("a&b");
  });

  test("resolves for an unknown client", async () => {
    expect(await setup().manager.deleteTokens("missing")).toBeUndefined();
  });
});

describe("setLifespans", () => {
  test.each<[object | undefined, string]>([
    [{ implicitGrantIdTokenMs: "1h" }, "implicitGrantIdTokenMs"],
    [{ implicitGrantIdTokenMs: -1 }, "implicitGrantIdTokenMs"],
    [{ accessTokenMs: 1 }, "accessTokenMs"],
    [undefined, ""],
  ])("rejects %j before any request", async (lifespans, path) => {
    const { manager, sent } = setup();
    const error = await rejection<ValidationError>(manager.setLifespans("a", lifespans as { implicitGrantIdTokenMs: number }));
    expect(error.issues.map((issue) => issue.path)).toEqual([path]);
    expect(sent).toHaveLength(0);
  });

  test("rejects with a NotFoundError for an unknown client", async () => {
    expect(await rejection(setup().manager.setLifespans("missing", {}))).toBeInstanceOf(NotFoundError);
  });

  test.each(["2.3", "master"] as const)("replaces all thirteen lifespans and nothing else on %s", async (version) => {
    const { manager, simulator } = setup({ version });
    const { client } = await manager.create({ ...input, owner: "acme", lifespans: everyField.lifespans });
    const known = Object.entries(everyField.lifespans).filter(([name]) => version !== "2.3" || !name.startsWith("device"));
    expect(client.lifespans).toEqual(Object.fromEntries(known));
    const lifespans = { clientCredentialsGrantAccessTokenMs: 720 * 3_600_000, implicitGrantIdTokenMs: undefined as never };
    const { updatedAt: _a, ...after } = await manager.setLifespans(client.id, lifespans);
    const { updatedAt: _b, ...before } = client;
    expect(after).toEqual({ ...before, lifespans: { clientCredentialsGrantAccessTokenMs: 720 * 3_600_000 } });
    expect((await manager.setLifespans(client.id, {})).lifespans).toEqual({});
    expect(simulator.inspect(client.id)?.registrationTokenValid).toBe(true);
  });
});

describe("rate limits of Ory Network", () => {
  const empty = (headers: [string, string][]) => new Response(null, { status: 429, headers });

  test("with a long delay reject at once, with the longest of all values", async () => {
    for (const headers of [
      [
        ["x-ratelimit-reset", "0"],
        ["x-ratelimit-reset", "90"],
      ],
      [["x-ratelimit-reset", "90, 0"]],
      [
        ["x-ratelimit-reset", "0"],
        ["retry-after", "90"],
      ],
    ] as [string, string][][]) {
      const { manager, sent } = managerWithResponses(() => empty(headers));
      const error = await rejection<RateLimitError>(manager.get("a"));
      expect(error).toBeInstanceOf(RateLimitError);
      expect(error).toMatchObject({ status: 429, retryAfterMs: 90_000, code: "rate_limited", outcome: "not_applied" });
      expect(sent).toHaveLength(1);
    }
  });

  test("with a reset of 0 are retried after the library's own delay", async () => {
    const { manager, sent } = managerWithResponses((_, count) =>
      count < 3 ? empty([["x-ratelimit-reset", "0"]]) : json({ client_id: "a" }),
    );
    expect((await manager.get("a")).id).toBe("a");
    expect(sent).toHaveLength(3);
  });

  test("reject after the last retry", async () => {
    const { manager, sent } = managerWithResponses(() => empty([["x-ratelimit-reset", "0"]]));
    const error = await rejection<RateLimitError>(manager.get("a"));
    expect(error).toMatchObject({ retryAfterMs: 0, message: expect.stringContaining("429") });
    expect(sent).toHaveLength(3);
  });

  test("of a plan have the request id of the gateway", async () => {
    const limits = { "hydra-admin-low": { perMinute: 2, perSecond: 2 } };
    const { manager } = setupNetwork({ rateLimits: limits }, { retry: { maxRetries: 0 } });
    await manager.create(input);
    await manager.create(input);
    const error = await rejection<RateLimitError>(manager.create(input));
    expect(error).toBeInstanceOf(RateLimitError);
    expect(error.retryAfterMs).toBeGreaterThan(0);
    expect(error.requestId).toEqual(expect.any(String));
  });
});

test("a project of Ory Network supports every operation, on one host and with its API key", async () => {
  const { manager, sent, simulator } = setupNetwork();
  const { client, credentials } = await manager.create(input);
  await manager.update(client.id, { owner: "acme" });
  await manager.patch(client.id, [{ op: "add", path: "/contacts", value: ["a"] }]);
  await manager.setLifespans(client.id, {});
  const rotated = await manager.rotateSecret(client.id);
  await manager.deleteRotatedSecrets(client.id);
  const { value } = await requestToken(manager.tokenRequest(rotated.credentials), { fetch: simulator.fetch });
  expect((await manager.introspect(value)).active).toBe(true);
  await manager.deleteTokens(client.id);
  expect(await collect(manager.list())).toHaveLength(1);
  await manager.delete(client.id);
  expect(credentials.clientSecret).not.toBe(rotated.credentials.clientSecret);
  expect(new Set(sent.map(({ url }) => new URL(url).origin))).toEqual(
    new Set(["https://vibrant-moore-abc123.projects.oryapis.com"]),
  );
  expect(new Set(sent.map(({ headers }) => headers.get("authorization")))).toEqual(
    new Set(["Bearer ory_pat_0123456789abcdefghij"]),
  );
});

describe("an unknown option is rejected before any request", () => {
  const credentials = { clientId: "a", clientSecret: "abcdef" };
  const wrong = { colour: "red" } as never;
  test.each<[string, (manager: OryManager) => Promise<unknown>]>([
    ["account", (manager) => manager.account(wrong)],
    ["create", (manager) => manager.create({ name: "a" }, wrong)],
    ["get", (manager) => manager.get("a", wrong)],
    ["list", (manager) => collect(manager.list(wrong))],
    ["update", (manager) => manager.update("a", {}, wrong)],
    ["patch", (manager) => manager.patch("a", [{ op: "remove", path: "/owner" }], wrong)],
    ["delete", (manager) => manager.delete("a", wrong)],
    ["deleteTokens", (manager) => manager.deleteTokens("a", wrong)],
    ["setLifespans", (manager) => manager.setLifespans("a", {}, wrong)],
    ["rotateSecret", (manager) => manager.rotateSecret("a", wrong)],
    ["deleteRotatedSecrets", (manager) => manager.deleteRotatedSecrets("a", wrong)],
    ["import", (manager) => manager.import("a", wrong)],
    ["introspect", (manager) => manager.introspect("token", wrong)],
    ["revoke", (manager) => manager.revoke("token", credentials, wrong)],
  ])("%s rejects an unknown option", async (_, call) => {
    const { manager, sent } = setup();
    const error = await rejection<ValidationError>(call(manager));
    expect(error).toBeInstanceOf(ValidationError);
    expect(error.issues).toEqual([{ path: "colour", message: "unknown field" }]);
    expect(sent).toHaveLength(0);
  });

  test("get rejects the page size of list, and delete rejects the owner of list", async () => {
    const { manager, sent } = setup();
    for (const [call, path] of [
      [manager.get("a", { pageSize: 3 } as never), "pageSize"],
      [manager.delete("a", { owner: "me" } as never), "owner"],
    ] as const)
      expect((await rejection<ValidationError>(call)).issues).toEqual([{ path, message: "unknown field" }]);
    expect(sent).toHaveLength(0);
  });
});

describe("account", () => {
  test("rejects with the reason of an aborted signal", async () => {
    const reason = { mine: true };
    expect(await rejection(setup().manager.account({ signal: AbortSignal.abort(reason) }))).toBe(reason);
  });

  test("returns the base URL of the admin API of a Hydra, without a request", async () => {
    const { manager, sent } = setup({}, { adminUrl: "https://hydra.acme.test/admin/" });
    expect(await manager.account()).toBe("https://hydra.acme.test");
    expect(sent).toHaveLength(0);
  });

  test("returns the slug of an Ory Network project", async () => {
    expect(await setupNetwork().manager.account()).toBe(project);
  });
});

test("a NotFoundError names the client, which Ory's response does not", async () => {
  const { manager } = setup();
  for (const call of [manager.get("missing"), manager.delete("missing"), manager.rotateSecret("missing")])
    expect((await rejection(call)).message).toContain("[client missing]");
});
