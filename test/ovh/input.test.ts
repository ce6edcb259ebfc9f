import { ValidationError } from "oauth-clients";
import { describe, expect, test } from "vitest";
import { door } from "../../src/ovh/input.js";

function faults(act: () => unknown): [string, string][] {
  try {
    act();
  } catch (error) {
    if (!(error instanceof ValidationError)) throw error;
    expect(error).toMatchObject({ code: "invalid_input", outcome: "not_applied", vendor: "ovh" });
    expect(JSON.stringify(error)).not.toContain("canary");
    return error.issues.map(({ path, message }) => [path, message]);
  }
  throw new Error("expected an ValidationError");
}

const paths = (act: () => unknown) => faults(act).map(([path]) => path);

const account = { flow: "client_credentials", name: "billing", description: "exporter" };
const web = { flow: "authorization_code", name: "web", description: "shop", callbackUrls: ["https://shop.acme.test/cb"] };
const identities = ["urn:v1:eu:identity:credential:zz99999-ovh/oauth2-EU.00aa"];
const resources = ["urn:v1:eu:resource:webHosting:example.hosting.ovh.net"];
const policy = { name: "demo", identities, resources, allow: ["webHosting:*"] };

test.each([undefined, "implicit", 7])("the flow %j is refused by the two that there are", (flow) => {
  expect(faults(() => door.create({ ...account, flow }))).toEqual([
    ["flow", "expected client_credentials or authorization_code"],
  ]);
});

describe("a new client is refused", () => {
  test.each<[unknown, string]>([
    [undefined, ""],
    [null, ""],
    ["x", ""],
    [{ ...account, flow: undefined }, "flow"],
    [{ ...account, flow: "CLIENT_CREDENTIALS" }, "flow"],
    [{ ...account, name: undefined }, "name"],
    [{ ...account, name: "" }, "name"],
    [{ ...account, name: "  " }, "name"],
    [{ ...account, description: undefined }, "description"],
    [{ ...account, description: "" }, "description"],
    [{ ...account, callbackUrls: web.callbackUrls }, "callbackUrls"],
    [{ ...account, callbackUrls: [] }, "callbackUrls"],
    [{ ...account, colour: "red" }, "colour"],
    [{ ...web, callbackUrls: undefined }, "callbackUrls"],
    [{ ...web, callbackUrls: [] }, "callbackUrls"],
    [{ ...web, callbackUrls: "https://shop.acme.test/cb" }, "callbackUrls"],
    [{ ...web, callbackUrls: ["/cb"] }, "callbackUrls.0"],
    [{ ...web, callbackUrls: ["https://shop.acme.test/cb", "http://shop.acme.test/cb"] }, "callbackUrls.1"],
    [{ ...web, callbackUrls: ["https://shop.acme.test/#cb"] }, "callbackUrls.0"],
    [{ ...web, callbackUrls: ["javascript:alert(1)"] }, "callbackUrls.0"],
  ])("%o, naming %j", (input, path) => {
    expect(paths(() => door.create(input))).toEqual([path]);
  });

  test("with every fault at once", () => {
    expect(paths(() => door.create({ flow: "authorization_code", callbackUrls: ["x"] })).sort()).toEqual([
      "callbackUrls.0",
      "description",
      "name",
    ]);
  });
});

describe("changes of a client are refused", () => {
  test.each<[unknown, string, RegExp]>([
    [undefined, "", /expected object/],
    [{ flow: "authorization_code" }, "flow", /cannot be changed: create another client/],
    [{ name: "" }, "name", /not empty/],
    [{ name: null }, "name", /expected string/],
    [{ description: null }, "description", /expected string/],
    [{ callbackUrls: [] }, "callbackUrls", /at least one/],
    [{ callbackUrls: ["http://shop.acme.test"] }, "callbackUrls.0", /https/],
    [{ clientSecret: "canary" }, "clientSecret", /unknown field/],
  ])("%o, naming %j", (changes, path, message) => {
    expect(faults(() => door.changes(changes))).toEqual([[path, expect.stringMatching(message)]]);
  });
});

describe("a reference is refused without being repeated", () => {
  test.each<[unknown, string]>([
    ["", "reference"],
    ["|", "reference"],
    ["EU.00aa|", "reference"],
    ["|canary", "reference"],
    ["EU.00aa|canary|more", "reference"],
    ["EU.00aa||canary", "reference"],
    ["canary one|two", "id"],
    ["..|canary", "id"],
    ["EU.00aa|canary\n", "clientSecret"],
    ["EU.00aa|cänary", "clientSecret"],
    [{ id: "EU.00aa|canary" }, "id"],
    [{ id: "" }, "id"],
    [{ id: "EU.00aa", clientSecret: "" }, "clientSecret"],
    [{ id: "EU.00aa", secret: "canary" }, "secret"],
    [7, ""],
    [undefined, ""],
  ])("%o, naming %j", (reference, path) => {
    expect(paths(() => door.import(reference, undefined))).toEqual([path]);
  });

  test("with options at fault", () => {
    expect(paths(() => door.import("EU.00aa", { verifySecret: "yes" }))).toEqual(["verifySecret"]);
    expect(paths(() => door.import("EU.00aa", { verify: true }))).toEqual(["verify"]);
  });
});

test.each(["", ".", "..", "a b", "a\n", "EU.00aa|canary", 7, undefined])("the id %o is refused", (id) => {
  expect(paths(() => door.id(id, "get client"))).toEqual(["id"]);
});

describe("a policy is refused", () => {
  const match = { operator: "MATCH", values: { "request.IP": "192.0.2.1/32" } };
  const not = (inner: unknown) => ({ operator: "NOT", conditions: [inner] });

  test.each<[object, string, RegExp]>([
    [{ name: "" }, "name", /not empty/],
    [{ name: "ovh-mine" }, "name", /OVHcloud's own/],
    [{ description: "" }, "description", /not empty/],
    [{ identities: undefined }, "identities", /expected array/],
    [{ identities: [] }, "identities", /at least one/],
    [{ identities: ["EU.00aa"] }, "identities.0", /URN of an identity/],
    [{ resources: [] }, "resources", /at least one/],
    [{ resources: ["*"] }, "resources.0", /"\*" alone is no URN: everything in a region is urn:v1:eu:resource:\*/],
    [{ resources: [...resources, "vps"] }, "resources.1", /URN of a resource/],
    [{ resources: [{ urn: resources[0] }] }, "resources.0", /expected string/],
    [{ allow: ["webHosting"] }, "allow.0", /expected an action/],
    [{ deny: [""] }, "deny.0", /expected an action/],
    [{ except: ["x y"] }, "except.0", /expected an action/],
    [{ allow: undefined }, "allow", /at least one action/],
    [{ allow: [], deny: [] }, "allow", /at least one action/],
    [{ allow: undefined, deny: ["a:b"], except: ["a:b"] }, "except", /takes away from allow/],
    [{ permissionsGroups: ["globalAdmin"] }, "permissionsGroups.0", /group of permissions/],
    [{ expiresAt: "2027-01-01" }, "expiresAt", /expected date/],
    [{ expiresAt: new Date(Number.NaN) }, "expiresAt", /./],
    [{ conditions: { operator: "MATCH" } }, "conditions.values", /expected record/],
    [{ conditions: { ...match, conditions: [] } }, "conditions.conditions", /unknown field/],
    [{ conditions: { operator: "AND", conditions: [] } }, "conditions.conditions", /expected a condition/],
    [{ conditions: not(not(not(match))) }, "conditions.conditions.0.conditions.0.conditions.0", /three levels/],
    [{ permissions: { allow: [] } }, "permissions", /unknown field/],
  ])("%o, naming %j", (fault, path, message) => {
    expect(faults(() => door.policy({ ...policy, ...fault }))).toEqual([[path, expect.stringMatching(message)]]);
  });

  test.each<[object, string]>([
    [{ name: null }, "name"],
    [{ resources: ["*"] }, "resources.0"],
    [{ identities: [] }, "identities"],
    [{ id: "1" }, "id"],
  ])("when it changes to %o, naming %j", (changes, path) => {
    expect(paths(() => door.policyChanges(changes))).toEqual([path]);
  });

  test.each<[unknown, unknown, string]>([
    [{ id: "" }, { resources, actions: ["a:*"] }, "client.id"],
    [{ id: "EU.00aa", identity: "EU.00aa" }, { resources, actions: ["a:*"] }, "client.identity"],
    [undefined, { resources, actions: ["a:*"] }, "client"],
    [{ id: "EU.00aa" }, { resources: ["*"], actions: ["a:*"] }, "resources.0"],
    [{ id: "EU.00aa" }, { resources, actions: [] }, "actions"],
    [{ id: "EU.00aa" }, { resources }, "actions"],
    [{ id: "EU.00aa" }, { resources, actions: ["a"] }, "actions.0"],
    [{ id: "EU.00aa" }, { resources, actions: ["a:*"], allow: [] }, "allow"],
    [{ id: "EU.00aa" }, undefined, ""],
  ])("when %o is granted %o, naming %j", (client, grant, path) => {
    expect(paths(() => door.grant(client, grant))).toEqual([path]);
  });
});

test.each<[keyof typeof door, object, string]>([
  ["list", { concurrency: 0 }, "concurrency"],
  ["list", { concurrency: 51 }, "concurrency"],
  ["list", { pageSize: 5 }, "pageSize"],
  ["policies", { pageSize: 0 }, "pageSize"],
  ["policies", { identities: ["*"] }, "identities.0"],
  ["policies", { resources: ["*"] }, "resources.0"],
  ["policies", { actions: [""] }, "actions.0"],
  ["policies", { readOnly: 1 }, "readOnly"],
  ["policies", { concurrency: 5 }, "concurrency"],
  ["actions", { resourceTypes: [""] }, "resourceTypes.0"],
  ["actions", { concurrency: 5 }, "concurrency"],
])("%s refuses %o, naming %j", (name, options, path) => {
  expect(paths(() => (door[name] as (options: unknown) => unknown)(options))).toEqual([path]);
});

describe("passes", () => {
  test("a client of either flow, and callbacks on this machine without TLS", () => {
    expect(door.create(account)).toEqual(account);
    expect(door.create(web)).toEqual(web);
    const local = { ...web, callbackUrls: ["http://127.0.0.1:8080/cb", "http://localhost/cb"] };
    expect(door.create(local)).toEqual(local);
  });

  test("changes, also of nothing", () => {
    expect(door.changes({})).toEqual({});
    expect(door.changes({ name: "new", description: undefined })).toEqual({ name: "new", description: undefined });
  });

  test("references of all three forms, and a secret that only an object can hold", () => {
    expect(door.import("0f0f0f0f0f0f0f0f", undefined)).toEqual({ id: "0f0f0f0f0f0f0f0f" });
    expect(door.import("EU.00aa|s3cr+t/=", undefined)).toEqual({ id: "EU.00aa", clientSecret: "s3cr+t/=" });
    expect(door.import({ id: "EU.00aa", clientSecret: "a|b" }, {})).toEqual({ id: "EU.00aa", clientSecret: "a|b" });
  });

  test("a policy that only denies, or only names a group, or has three levels of conditions", () => {
    const match = { operator: "MATCH", values: { "request.IP": "192.0.2.1/32" } };
    for (const more of [
      { allow: undefined, deny: ["a:b"] },
      { allow: undefined, permissionsGroups: ["urn:v1:eu:permissionsGroup:ovh:globalAdmin"] },
      { conditions: { operator: "OR", conditions: [{ operator: "NOT", conditions: [match] }, match] } },
      { description: "d", except: ["webHosting:apiovh:delete"], expiresAt: new Date() },
    ])
      expect(door.policy({ ...policy, ...more })).toEqual({ ...policy, ...more });
  });

  test("changes of a policy, and null for what can be cleared", () => {
    const changes = { description: null, conditions: null, expiresAt: null };
    expect(door.policyChanges(changes)).toEqual(changes);
  });

  test("lists without options", () => {
    expect(door.list(undefined)).toEqual({});
    expect(door.policies(undefined)).toEqual({});
    expect(door.actions(undefined)).toEqual({});
  });
});
