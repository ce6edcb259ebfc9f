import { ConflictError, collect, NetworkError, NotFoundError, ServerError, ValidationError } from "oauth-clients";
import { createOvhManager, type OvhPolicyFields } from "oauth-clients/ovh";
import { simulateOvh } from "oauth-clients/testing";
import { describe, expect, test } from "vitest";
import { rejection } from "../contract/subject.js";
import { clientBody, managerWithResponses, policyBody } from "./responses.js";

const account = { clientId: "EU.00aa00aa00aa00aa", clientSecret: "root-secret" };
const resources = ["urn:v1:eu:resource:webHosting:xxxxxxx.cluster001.hosting.ovh.net"];
const identity = "urn:v1:eu:identity:credential:zz99999-ovh/oauth2-EU.00aa";
const policy: OvhPolicyFields = { name: "demo", identities: [identity], resources, allow: ["webHosting:*"] };
const service = { flow: "client_credentials", name: "billing", description: "exporter" } as const;

async function setup() {
  const simulator = simulateOvh({ serviceAccount: account, pageSize: 2 });
  const manager = createOvhManager({ ...account, fetch: simulator.fetch, retry: { initialDelayMs: 1 } });
  const { client } = await manager.create(service);
  return { simulator, manager, client, identities: [client.identity ?? ""] };
}

describe("invalid policies and ids", () => {
  test("an invalid policy is rejected by every method before any request", async () => {
    const { manager, sent } = managerWithResponses([{}]);
    const errors = await Promise.all(
      [
        manager.createPolicy({ ...policy, resources: ["*"] }),
        manager.updatePolicy("1", { resources: ["*"] }),
        manager.grantAccess({ id: "EU.00aa", identity }, { resources: ["*"], actions: ["a:*"] }),
        collect(manager.listPolicies({ resources: ["*"] })),
      ].map(rejection),
    );
    for (const error of errors) {
      expect(error).toBeInstanceOf(ValidationError);
      expect(String(error)).toContain('resources.0: "*" alone is not a URN');
    }
    expect(sent).toHaveLength(0);
  });

  test.each(["", "..", "a b", "x|y"])("the id %j is rejected before any request", async (id) => {
    const { manager, sent } = managerWithResponses([{}]);
    const calls = [manager.getPolicy(id), manager.updatePolicy(id, {}), manager.deletePolicy(id)];
    for (const error of await Promise.all(calls.map(rejection))) expect(error).toBeInstanceOf(ValidationError);
    expect(sent).toHaveLength(0);
  });
});

describe("an error of creating a policy", () => {
  test.each([
    ["no response", new Error("cut"), NetworkError],
    ["an error of the server", { status: 500 }, ServerError],
  ])("names the policy to look for, and the request is not repeated: %s", async (_, response, type) => {
    for (const operation of ["create policy", "grant access"]) {
      const { manager, sent } = managerWithResponses([response]);
      const error = await rejection(
        operation === "grant access"
          ? manager.grantAccess({ id: "EU.00aa", identity }, { resources, actions: ["a:*"], name: "demo" })
          : manager.createPolicy(policy),
      );
      expect(error).toBeInstanceOf(type);
      expect(error).toMatchObject({ outcome: "unknown", operation });
      expect(String(error)).toContain('names are unique, look in listPolicies() for "demo"');
      expect(sent).toHaveLength(1);
    }
  });

  test("has no such hint after an error response", async () => {
    const { manager } = managerWithResponses([{ status: 409, json: { class: "Client::Conflict", message: "exists" } }]);
    const error = await rejection(manager.createPolicy(policy));
    expect(error).toBeInstanceOf(ConflictError);
    expect(String(error)).not.toContain("listPolicies");
  });
});

describe("grantAccess", () => {
  test("rejects a client without an identity", async () => {
    const { manager } = await setup();
    const callbackUrls = ["https://shop.acme.test/cb"] as const;
    const { client } = await manager.create({ flow: "authorization_code", name: "web", description: "shop", callbackUrls });
    const error = await rejection(manager.grantAccess(client, { resources, actions: ["webHosting:*"] }));
    expect(error).toMatchObject({ name: "ValidationError", issues: [{ path: "client" }] });
    expect(String(error)).toContain("only service accounts");
  });

  test("rejects a second grant with other content with a ConflictError that names the remedy, and creates no second policy", async () => {
    const { manager, simulator, client } = await setup();
    await manager.grantAccess(client, { resources, actions: ["webHosting:*"] });
    const error = await rejection(manager.grantAccess(client, { resources, actions: ["*"] }));
    expect(error).toBeInstanceOf(ConflictError);
    expect(String(error)).toContain("set update: true");
    expect(simulator.policies).toHaveLength(1);
  });

  test("returns the existing policy for a second grant with the same content", async () => {
    const { manager, simulator, client } = await setup();
    const policy = await manager.grantAccess(client, { resources, actions: ["webHosting:*", "vps:*"] });
    expect(await manager.grantAccess(client, { resources, actions: ["vps:*", "webHosting:*"] })).toEqual(policy);
    expect(simulator.policies).toHaveLength(1);
  });

  test("replaces the content with update, including members that a grant cannot set", async () => {
    const { manager, simulator, client } = await setup();
    const { id } = await manager.grantAccess(client, { resources, actions: ["webHosting:*"] });
    await manager.updatePolicy(id, { deny: ["webHosting:apiovh:delete"] });
    const updated = await manager.grantAccess(client, { resources, actions: ["vps:*"] }, { update: true });
    expect(updated).toMatchObject({ id, allow: ["vps:*"], deny: [] });
    expect(simulator.policies).toHaveLength(1);
  });

  test("rejects when a policy of the same name has another identity", async () => {
    const { manager, client } = await setup();
    const { client: other } = await manager.create(service);
    await manager.grantAccess(other, { resources, actions: ["vps:*"], name: "shared" });
    const again = manager.grantAccess(client, { resources, actions: ["vps:*"], name: "shared" }, { update: true });
    expect(String(await rejection(again))).toContain('for the policy "shared", which names another identity');
  });

  test("reads the client when its identity is not given", async () => {
    const { manager, sent } = managerWithResponses([{ json: clientBody("EU.00aa") }, { json: policyBody("1") }]);
    await manager.grantAccess({ id: "EU.00aa" }, { resources, actions: ["webHosting:*"] });
    expect(sent.map(({ method, path }) => `${method} ${path}`)).toEqual([
      "GET /v1/me/api/oauth2/client/EU.00aa",
      "POST /v2/iam/policy",
    ]);
    expect(sent[1]?.json).toMatchObject({ name: "oauth2-EU.00aa", identities: [identity] });
  });

  test("sends the policy of the vendor's guide in one request", async () => {
    const guide = {
      name: "Demo-service-account",
      description: "Demo for service account guide with webhosting",
      identities: ["urn:v1:eu:identity:credential:xx11111-ovh/oauth2-0f0f0f0f0f0f0f0f"],
      resources: [{ urn: "urn:v1:eu:resource:webHosting:xxxxxxx.cluster001.hosting.ovh.net" }],
      permissions: { allow: [{ action: "webHosting:*" }] },
    };
    const { manager, sent } = managerWithResponses([{ json: { id: "1", ...guide } }]);
    const { name, description } = guide;
    const granted = await manager.grantAccess(
      { id: "0f0f0f0f0f0f0f0f", identity: guide.identities[0] ?? "" },
      { name, description, resources, actions: ["webHosting:*"] },
    );
    expect(sent.map(({ json }) => json)).toEqual([guide]);
    expect(granted).toMatchObject({ id: "1", name, description, allow: ["webHosting:*"], resources });
  });
});

describe("listing policies and actions", () => {
  test("follows the cursors to the last page, and sends the page size with each request", async () => {
    const { manager, sent } = managerWithResponses([
      { json: [policyBody("1")], headers: { "X-Pagination-Cursor-Next": "after one" } },
      { json: [policyBody("1"), policyBody("2")] },
    ]);
    const options = { pageSize: 2, identities: [identity, identity], resources, actions: ["a:*"], readOnly: false };
    expect((await collect(manager.listPolicies(options))).map(({ id }) => id)).toEqual(["1", "2"]);
    expect(sent.map(({ headers }) => [headers.get("x-pagination-cursor"), headers.get("x-pagination-size")])).toEqual([
      [null, "2"],
      ["after one", "2"],
    ]);
    const query = `identity=${identity}&identity=${identity}&resourceURN=${resources[0]}&action=a:*&readOnly=false`;
    expect(sent.map(({ path }) => path)).toEqual(Array(2).fill(`/v2/iam/policy?${query}`));
    expect(sent[0]?.headers.has("x-schemas-version")).toBe(false);
  });

  test("returns every policy once, across pages, in every iteration, and applies the filters", async () => {
    const { manager, simulator, identities } = await setup();
    for (const number of [1, 2, 3, 4, 5]) await manager.createPolicy({ ...policy, name: `demo ${number}`, identities });
    const policies = manager.listPolicies({ readOnly: false });
    const names = async () => (await collect(policies)).map(({ name }) => name).sort();
    expect(await names()).toEqual(["demo 1", "demo 2", "demo 3", "demo 4", "demo 5"]);
    expect(await names()).toHaveLength(5);
    expect(simulator.requests.filter(({ operationId }) => operationId === "listPolicies").length).toBeGreaterThan(4);
    const { client: other } = await manager.create(service);
    expect(await collect(manager.listPolicies({ identities: [other.identity ?? ""] }))).toEqual([]);
  });

  test("returns the actions that policies can name", async () => {
    const { manager } = await setup();
    const actions = await collect(manager.listActions({ pageSize: 5 }));
    expect(actions.map(({ action }) => action)).toContain("webHosting:apiovh:get");
    const hosting = await collect(manager.listActions({ resourceTypes: ["webHosting"] }));
    expect(hosting.length).toBeGreaterThan(0);
    expect(new Set(hosting.map(({ resourceType }) => resourceType))).toEqual(new Set(["webHosting"]));
  });
});

describe("a policy", () => {
  test("that does not exist cannot be read, updated or deleted", async () => {
    const { manager } = await setup();
    const id = "2f7f3f1c-1a11-4f0e-9a53-0b9b6c5e7a1d";
    const calls = [manager.getPolicy(id), manager.updatePolicy(id, { name: "new" }), manager.deletePolicy(id)];
    for (const error of await Promise.all(calls.map(rejection))) expect(error).toBeInstanceOf(NotFoundError);
  });

  test("is created, read, partly updated, and deleted", async () => {
    const { manager, simulator, identities } = await setup();
    const created = await manager.createPolicy({ ...policy, identities, description: "d", deny: ["webHosting:apiovh:delete"] });
    expect(created).toMatchObject({ name: "demo", description: "d", identities, resources, readOnly: false });
    expect(await manager.getPolicy(created.id)).toEqual(created);
    expect(await manager.updatePolicy(created.id, {})).toEqual(created);
    const changed = await manager.updatePolicy(created.id, { deny: [], description: null, except: ["webHosting:apiovh:get"] });
    const { description: _, ...rest } = created;
    expect({ ...changed, updatedAt: undefined }).toEqual({
      ...rest,
      deny: [],
      except: ["webHosting:apiovh:get"],
      updatedAt: undefined,
    });
    expect(await manager.getPolicy(created.id)).toEqual(changed);
    await manager.deletePolicy(created.id);
    expect(simulator.policies).toEqual([]);
  });

  test("counts as deleted when the response to its deletion was lost", async () => {
    const { manager, simulator, identities } = await setup();
    const { id } = await manager.createPolicy({ ...policy, identities });
    simulator.dropConnection("deletePolicy", { when: "after" });
    await manager.deletePolicy(id);
    expect(simulator.policies).toEqual([]);
  });
});
