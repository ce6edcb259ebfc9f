import { canImport, canRequestTokens, canRotateSecret, collect, NotFoundError, ValidationError } from "oauth-clients";
import { createOvhManager, type OvhManager } from "oauth-clients/ovh";
import { simulateOvh } from "oauth-clients/testing";
import { requestToken } from "oauth-clients/token";
import { describe, expect, test } from "vitest";
import { rejection } from "../contract/subject.js";
import { clientBody, managerWithResponses } from "./responses.js";

const account = { clientId: "EU.00aa00aa00aa00aa", clientSecret: "root-secret" };
const service = { flow: "client_credentials", name: "billing", description: "exporter" } as const;
const gone = { status: 404, json: { class: "Client::NotFound", message: "no such client" } };

function setup() {
  const simulator = simulateOvh({ serviceAccount: account });
  return { simulator, manager: createOvhManager({ ...account, fetch: simulator.fetch, retry: { initialDelayMs: 1 } }) };
}

describe("an invalid id is rejected before any request", () => {
  test.each(["EU.00aa|canary", "a b", ".."])("%j", async (id) => {
    const { manager, sent } = managerWithResponses([{}]);
    const calls = [manager.get(id), manager.update(id, {}), manager.delete(id)];
    for (const error of await Promise.all(calls.map(rejection))) {
      expect(error).toBeInstanceOf(ValidationError);
      expect(String(error)).not.toContain("canary");
    }
    expect(sent).toHaveLength(0);
  });
});

describe("update", () => {
  test("rejects a change of the flow before any request", async () => {
    const { manager, sent } = managerWithResponses([{}]);
    const error = await rejection(manager.update("EU.00aa", { flow: "authorization_code" } as object));
    expect(String(error)).toContain("flow: cannot be changed: create another client");
    expect(sent).toHaveLength(0);
  });

  test("rejects callback URLs of a service account after it has read the client", async () => {
    const { manager, sent } = managerWithResponses([{ json: clientBody("EU.00aa") }]);
    const error = await rejection(manager.update("EU.00aa", { callbackUrls: ["https://shop.acme.test"] }));
    expect(error).toMatchObject({ name: "ValidationError", outcome: "not_applied", issues: [{ path: "callbackUrls" }] });
    expect(sent.map(({ method }) => method)).toEqual(["GET"]);
  });

  test("sends no PUT for empty changes", async () => {
    const { manager, sent } = managerWithResponses([{ json: clientBody("EU.00aa") }]);
    expect((await manager.update("EU.00aa", { name: undefined } as object)).name).toBe("billing");
    expect(sent.map(({ method }) => method)).toEqual(["GET"]);
  });

  test.each<[string, object]>([
    ["null", { text: "null" }],
    ["empty content", { text: "" }],
    ["204", { status: 204 }],
  ])("accepts a response with %s", async (_, response) => {
    const { manager, sent } = managerWithResponses([
      { json: clientBody("EU.00aa") },
      response,
      { json: clientBody("EU.00aa", { name: "new" }) },
    ]);
    expect((await manager.update("EU.00aa", { name: "new" })).name).toBe("new");
    expect(sent.map(({ method }) => method)).toEqual(["GET", "PUT", "GET"]);
    expect(sent[1]?.json).toEqual({ callbackUrls: [], description: "billing exporter", name: "new" });
  });

  test.each<[string, object]>([
    ["a page", { text: "<html>done</html>" }],
    ["a JSON object", { json: { done: true } }],
  ])("has an unknown outcome when the response is %s, which OVHcloud does not send", async (_, response) => {
    const { manager } = managerWithResponses([{ json: clientBody("EU.00aa") }, response]);
    expect(await rejection(manager.update("EU.00aa", { name: "new" }))).toMatchObject({
      code: "unexpected_response",
      outcome: "unknown",
      status: 200,
    });
  });

  test("resolves although the read after it fails", async () => {
    const denied = { status: 403, json: { class: "Client::Forbidden", message: "no" } };
    const { manager } = managerWithResponses([{ json: clientBody("EU.00aa") }, { json: null }, denied]);
    expect(await manager.update("EU.00aa", { name: "new" })).toMatchObject({
      name: "new",
      description: "billing exporter",
      identity: "urn:v1:eu:identity:credential:zz99999-ovh/oauth2-EU.00aa",
    });
  });
});

describe("list", () => {
  test("rejects with the error of a failed read", async () => {
    const denied = { status: 403, json: { class: "Client::Forbidden", message: "no" } };
    const { manager } = managerWithResponses([{ json: ["EU.00aa", "EU.11bb"] }, denied]);
    expect(await rejection(collect(manager.list()))).toMatchObject({
      name: "PermissionDeniedError",
      operation: "list clients",
    });
  });

  test("omits a client that was deleted in the meantime, and a repeated id", async () => {
    const { manager } = managerWithResponses(
      [
        { json: ["EU.00aa", "EU.11bb", "EU.00aa", "EU.22cc"] },
        { json: clientBody("EU.00aa") },
        gone,
        { json: clientBody("EU.22cc") },
      ],
      { limits: { concurrency: 1 } },
    );
    expect((await collect(manager.list({ concurrency: 1 }))).map(({ id }) => id)).toEqual(["EU.00aa", "EU.22cc"]);
  });

  test("reads at most as many clients ahead as concurrency allows", async () => {
    const { manager, simulator } = setup();
    for (let number = 0; number < 12; number++) await manager.create(service);
    const before = simulator.requests.length;
    expect(await collect(manager.list({ concurrency: 3 }), 1)).toHaveLength(1);
    expect(simulator.requests.length - before).toBeLessThanOrEqual(1 + 3 + 1);
  });

  test("rejects with the reason of the caller's signal", async () => {
    const { manager, simulator } = setup();
    await manager.create(service);
    simulator.delayNext("getOAuth2Client", 5_000);
    const controller = new AbortController();
    const reason = new Error("enough");
    setTimeout(() => controller.abort(reason), 30);
    expect(await rejection(collect(manager.list({ signal: controller.signal })))).toBe(reason);
  });
});

test.each<[string, object]>([
  ["null", { text: "null" }],
  ["empty content", { text: "" }],
  ["204", { status: 204 }],
])("delete accepts a response with %s and sends one DELETE", async (_, response) => {
  const { manager, sent } = managerWithResponses([{ json: clientBody("EU.00aa") }, { json: [] }, response]);
  expect(await manager.delete("EU.00aa")).toEqual({ policies: [] });
  expect(sent.map(({ method, path }) => `${method} ${path.replace(/\?.*/, "")}`)).toEqual([
    "GET /v1/me/api/oauth2/client/EU.00aa",
    "GET /v2/iam/policy",
    "DELETE /v1/me/api/oauth2/client/EU.00aa",
  ]);
});

test("an id is opaque: special characters are percent-encoded", async () => {
  const { manager, sent } = managerWithResponses([gone]);
  expect(await rejection(manager.get("EU.a/b?c#d"))).toBeInstanceOf(NotFoundError);
  expect(sent[0]?.url).toBe("https://eu.api.ovh.com/v1/me/api/oauth2/client/EU.a%2Fb%3Fc%23d");
});

test("the manager supports token requests and imports, but no rotation of secrets", () => {
  const { manager } = setup();
  expect([canRotateSecret(manager), canRequestTokens(manager), canImport(manager)]).toEqual([false, true, true]);
});

test.each(["eu", "ca", "us"] as const)("a new service account in %s can request a token", async (region) => {
  const simulator = simulateOvh({ region, serviceAccount: account });
  const { fetch } = simulator;
  const manager = createOvhManager({ ...account, region, fetch });
  const { client, credentials } = await manager.create(service);
  expect(client.identity).toMatch(new RegExp(`^urn:v1:${region}:identity:credential:zz99999-ovh/oauth2-${client.id}$`));
  const token = await requestToken(manager.tokenRequest(credentials), { fetch: (url, init) => fetch(new Request(url, init)) });
  expect(token).toMatchObject({ tokenType: "Bearer", scopes: ["all"], scopeSource: "response" });
});

describe("an unknown option is rejected before any request", () => {
  const wrong = { colour: "red" } as never;
  const resources = ["urn:v1:eu:resource:vps:*"];
  const identities = ["urn:v1:eu:identity:credential:zz99999-ovh/oauth2-EU.00aa"];
  test.each<[string, (manager: OvhManager) => Promise<unknown>]>([
    ["account", (manager) => manager.account(wrong)],
    ["create", (manager) => manager.create(service, wrong)],
    ["get", (manager) => manager.get("EU.00aa", wrong)],
    ["list", (manager) => collect(manager.list(wrong))],
    ["update", (manager) => manager.update("EU.00aa", {}, wrong)],
    ["delete", (manager) => manager.delete("EU.00aa", wrong)],
    ["import", (manager) => manager.import("EU.00aa", wrong)],
    ["grantAccess", (manager) => manager.grantAccess({ id: "EU.00aa" }, { resources, actions: ["vps:*"] }, wrong)],
    ["createPolicy", (manager) => manager.createPolicy({ name: "a", identities, resources, allow: ["vps:*"] }, wrong)],
    ["getPolicy", (manager) => manager.getPolicy("a", wrong)],
    ["listPolicies", (manager) => collect(manager.listPolicies(wrong))],
    ["updatePolicy", (manager) => manager.updatePolicy("a", {}, wrong)],
    ["deletePolicy", (manager) => manager.deletePolicy("a", wrong)],
    ["listActions", (manager) => collect(manager.listActions(wrong))],
    ["listPermissionsGroups", (manager) => collect(manager.listPermissionsGroups(wrong))],
    ["getPermissionsGroup", (manager) => manager.getPermissionsGroup("urn:v1:eu:permissionsGroup:ovh:globalAdmin", wrong)],
    ["listResources", (manager) => collect(manager.listResources(wrong))],
    [
      "checkAuthorization",
      (manager) => manager.checkAuthorization("urn:v1:eu:resource:account:zz99999-ovh", ["vps:apiovh:get"], wrong),
    ],
  ])("%s rejects an unknown option", async (_, call) => {
    const { manager, sent } = managerWithResponses([{}]);
    const error = await rejection(call(manager));
    expect(error).toBeInstanceOf(ValidationError);
    expect((error as ValidationError).issues).toEqual([{ path: "colour", message: "unknown field" }]);
    expect(sent).toHaveLength(0);
  });
});

describe("account", () => {
  test("rejects a response without an account", async () => {
    const { manager } = managerWithResponses([{ json: { identities: [] } }]);
    expect(await rejection(manager.account())).toMatchObject({ name: "UnexpectedResponseError", operation: "get account" });
  });

  test("returns the region and the name of the account", async () => {
    expect(await setup().manager.account()).toBe("eu/zz99999-ovh");
  });

  test("returns the host of a custom API instead of a region", async () => {
    const options = { apiUrl: "https://proxy.acme.test", tokenEndpoint: "https://proxy.acme.test/token" };
    const { manager } = managerWithResponses([{ json: { account: "zz99999-ovh" } }], options);
    expect(await manager.account()).toBe("proxy.acme.test/zz99999-ovh");
  });
});

describe("responses without proof of the effect", () => {
  test("a gateway's HTML page with status 200 is not a success of update, delete and deletePolicy", async () => {
    const html = { text: "<html>Welcome</html>" };
    for (const [call, responses] of [
      [(manager: OvhManager) => manager.update("EU.00aa", { name: "new" }), [{ json: clientBody("EU.00aa") }, html]],
      [(manager: OvhManager) => manager.delete("EU.00aa"), [{ json: clientBody("EU.00aa") }, { json: [] }, html]],
      [(manager: OvhManager) => manager.deletePolicy("1"), [html]],
    ] as const) {
      const error = await rejection(call(managerWithResponses(responses).manager));
      expect(error).toMatchObject({ name: "UnexpectedResponseError", outcome: "unknown" });
    }
  });

  const page = { status: 404, text: "404 page not found" };

  test("get rejects the document of another client", async () => {
    const { manager } = managerWithResponses([{ json: clientBody("EU.11bb") }]);
    const error = await rejection(manager.get("EU.00aa"));
    expect(error).toMatchObject({ name: "UnexpectedResponseError", outcome: "not_applied", operation: "get client" });
  });

  test("update sends no PUT after the document of another client", async () => {
    const { manager, sent } = managerWithResponses([{ json: clientBody("EU.11bb") }]);
    await rejection(manager.update("EU.00aa", { name: "new" }));
    expect(sent.map(({ method }) => method)).toEqual(["GET"]);
  });

  test("list rejects when a gateway returns 404 for a client", async () => {
    const { manager } = managerWithResponses([{ json: ["EU.00aa", "EU.11bb"] }, { json: clientBody("EU.00aa") }, page], {
      limits: { concurrency: 1 },
      retry: { maxRetries: 0 },
    });
    const error = await rejection(collect(manager.list({ concurrency: 1 })));
    expect(error).toMatchObject({ name: "ServerError", status: 404, operation: "list clients" });
    expect(String(error)).toContain("a gateway may have sent it");
  });

  test("delete has an unknown outcome after a 503 and the 404 of a gateway", async () => {
    const { manager } = managerWithResponses([{ status: 403 }, { status: 503 }, page], {
      retry: { initialDelayMs: 1, maxRetries: 1 },
    });
    expect(await rejection(manager.delete("EU.00aa"))).toMatchObject({ name: "ServerError", outcome: "unknown" });
  });
});

describe("policies of a deleted client", () => {
  const rights = { resources: ["urn:v1:eu:resource:vps:*"], actions: ["vps:*"] };

  test("delete returns the policies that still name the client", async () => {
    const { manager, simulator } = setup();
    const { client } = await manager.create(service);
    const policy = await manager.grantAccess(client, rights);
    expect(await manager.delete(client.id)).toEqual({ policies: [{ id: policy.id, name: policy.name }] });
    expect(simulator.policies).toHaveLength(1);
  });

  test("delete resolves without policies when they cannot be read", async () => {
    const { manager, simulator } = setup();
    const { client } = await manager.create(service);
    simulator.failNext("listPolicies", { status: 403 });
    expect(await manager.delete(client.id)).toEqual({});
    expect(simulator.clients).toEqual([]);
  });

  test("removeFromPolicies deletes the policies of this client alone, and removes the client from others", async () => {
    const { manager, simulator } = setup();
    const { client } = await manager.create(service);
    const { client: other } = await manager.create(service);
    await manager.grantAccess(client, rights);
    const identities = [client.identity ?? "", other.identity ?? ""];
    await manager.createPolicy({ name: "both", identities, resources: rights.resources, allow: rights.actions });
    expect(await manager.delete(client.id, { removeFromPolicies: true })).toEqual({ policies: [] });
    expect(simulator.policies.map(({ name, identities }) => [name, identities])).toEqual([["both", [other.identity]]]);
  });

  test("removeFromPolicies deletes nothing when the policies cannot be read", async () => {
    const { manager, simulator } = setup();
    const { client } = await manager.create(service);
    simulator.failNext("listPolicies", { status: 403 });
    const error = await rejection(manager.delete(client.id, { removeFromPolicies: true }));
    expect(error).toMatchObject({ name: "PermissionDeniedError", outcome: "not_applied" });
    expect(simulator.clients).toHaveLength(1);
  });

  test("removeFromPolicies returns the policies that still name the client after a failure", async () => {
    const { manager, simulator } = setup();
    const { client } = await manager.create(service);
    const policy = await manager.grantAccess(client, rights);
    simulator.failNext("deletePolicy", { status: 403 });
    expect(await manager.delete(client.id, { removeFromPolicies: true })).toEqual({
      policies: [{ id: policy.id, name: policy.name }],
    });
    expect(simulator.clients).toEqual([]);
  });
});

test("a NotFoundError names the client or the policy", async () => {
  const { manager } = managerWithResponses([gone]);
  expect(String(await rejection(manager.get("EU.00aa")))).toContain("[client EU.00aa]");
  expect(String(await rejection(manager.getPolicy("1234")))).toContain("[policy 1234]");
});
