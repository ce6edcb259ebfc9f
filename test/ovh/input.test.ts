import { ValidationError } from "oauth-clients";
import { describe, expect, test } from "vitest";
import {
  parseAccessGrant,
  parseActionListOptions,
  parseCallOptions,
  parseChanges,
  parseCreateInput,
  parseGrantee,
  parseId,
  parseImportOptions,
  parseImportReference,
  parseListOptions,
  parsePolicyChanges,
  parsePolicyInput,
  parsePolicyListOptions,
  parseSecretOptions,
} from "../../src/ovh/input.js";

function issuesOf(act: () => unknown): [string, string][] {
  try {
    act();
  } catch (error) {
    if (!(error instanceof ValidationError)) throw error;
    expect(error).toMatchObject({ code: "invalid_input", outcome: "not_applied", vendor: "ovh" });
    expect(JSON.stringify(error)).not.toContain("canary");
    return error.issues.map(({ path, message }) => [path, message]);
  }
  throw new Error("expected a ValidationError");
}

const paths = (act: () => unknown) => issuesOf(act).map(([path]) => path);

const account = { flow: "client_credentials", name: "billing", description: "exporter" };
const web = { flow: "authorization_code", name: "web", description: "shop", callbackUrls: ["https://shop.acme.test/cb"] };
const identities = ["urn:v1:eu:identity:credential:zz99999-ovh/oauth2-EU.00aa"];
const resources = ["urn:v1:eu:resource:webHosting:example.hosting.ovh.net"];
const policy = { name: "demo", identities, resources, allow: ["webHosting:*"] };

test.each([undefined, "implicit", 7])("the flow %j is rejected with an error that lists both flows", (flow) => {
  expect(issuesOf(() => parseCreateInput({ ...account, flow }))).toEqual([
    ["flow", "expected client_credentials or authorization_code"],
  ]);
});

describe("the input of create is rejected", () => {
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
  ])("create rejects %o and names %j", (input, path) => {
    expect(paths(() => parseCreateInput(input))).toEqual([path]);
  });

  test("create reports all validation issues at once", () => {
    expect(paths(() => parseCreateInput({ flow: "authorization_code", callbackUrls: ["x"] })).sort()).toEqual([
      "callbackUrls.0",
      "description",
      "name",
    ]);
  });
});

describe("the changes of update are rejected", () => {
  test.each<[unknown, string, RegExp]>([
    [undefined, "", /expected object/],
    [{ flow: "authorization_code" }, "flow", /cannot be changed: create another client/],
    [{ name: "" }, "name", /not empty/],
    [{ name: null }, "name", /expected string/],
    [{ description: null }, "description", /expected string/],
    [{ callbackUrls: [] }, "callbackUrls", /at least one/],
    [{ callbackUrls: ["http://shop.acme.test"] }, "callbackUrls.0", /https/],
    [{ clientSecret: "canary" }, "clientSecret", /unknown field/],
  ])("update rejects %o and names %j", (changes, path, message) => {
    expect(issuesOf(() => parseChanges(changes))).toEqual([[path, expect.stringMatching(message)]]);
  });
});

describe("the reference of import is rejected and not repeated", () => {
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
  ])("import rejects %o and names %j", (reference, path) => {
    expect(paths(() => parseImportReference(reference))).toEqual([path]);
  });

  test("import rejects invalid options", () => {
    expect(paths(() => parseImportOptions({ verifySecret: "yes" }))).toEqual(["verifySecret"]);
    expect(paths(() => parseImportOptions({ verify: true }))).toEqual(["verify"]);
  });
});

test.each(["", ".", "..", "a b", "a\n", "EU.00aa|canary", 7, undefined])("the id %o is rejected", (id) => {
  expect(paths(() => parseId(id, "get client"))).toEqual(["id"]);
});

describe("a policy is rejected", () => {
  const match = { operator: "MATCH", values: { "request.IP": "192.0.2.1/32" } };
  const not = (inner: unknown) => ({ operator: "NOT", conditions: [inner] });

  test.each<[object, string, RegExp]>([
    [{ name: "" }, "name", /not empty/],
    [{ name: "ovh-mine" }, "name", /reserved by OVHcloud/],
    [{ description: "" }, "description", /not empty/],
    [{ identities: undefined }, "identities", /expected array/],
    [{ identities: [] }, "identities", /at least one/],
    [{ identities: ["EU.00aa"] }, "identities.0", /URN of an identity/],
    [{ resources: [] }, "resources", /at least one/],
    [{ resources: ["*"] }, "resources.0", /"\*" alone is not a URN; all resources of a region are urn:v1:eu:resource:\*/],
    [{ resources: [...resources, "vps"] }, "resources.1", /URN of a resource/],
    [{ resources: [{ urn: resources[0] }] }, "resources.0", /expected string/],
    [{ allow: ["webHosting"] }, "allow.0", /expected an action/],
    [{ deny: [""] }, "deny.0", /expected an action/],
    [{ except: ["x y"] }, "except.0", /expected an action/],
    [{ allow: undefined }, "allow", /at least one action/],
    [{ allow: [], deny: [] }, "allow", /at least one action/],
    [{ allow: undefined, deny: ["a:b"], except: ["a:b"] }, "except", /requires actions in allow/],
    [{ permissionsGroups: ["globalAdmin"] }, "permissionsGroups.0", /permissions group/],
    [{ expiresAt: "2027-01-01" }, "expiresAt", /expected date/],
    [{ expiresAt: new Date(Number.NaN) }, "expiresAt", /./],
    [{ conditions: { operator: "MATCH" } }, "conditions.values", /expected record/],
    [{ conditions: { ...match, conditions: [] } }, "conditions.conditions", /unknown field/],
    [{ conditions: { operator: "AND", conditions: [] } }, "conditions.conditions", /expected a condition/],
    [{ conditions: not(not(not(match))) }, "conditions.conditions.0.conditions.0.conditions.0", /three levels/],
    [{ permissions: { allow: [] } }, "permissions", /unknown field/],
  ])("createPolicy rejects %o and names %j", (field, path, message) => {
    expect(issuesOf(() => parsePolicyInput({ ...policy, ...field }))).toEqual([[path, expect.stringMatching(message)]]);
  });

  test.each<[object, string]>([
    [{ name: null }, "name"],
    [{ resources: ["*"] }, "resources.0"],
    [{ identities: [] }, "identities"],
    [{ id: "1" }, "id"],
  ])("updatePolicy rejects %o and names %j", (changes, path) => {
    expect(paths(() => parsePolicyChanges(changes))).toEqual([path]);
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
  ])("grantAccess rejects the client %o with the grant %o and names %j", (client, grant, path) => {
    expect(paths(() => [parseGrantee(client), parseAccessGrant(grant)])).toEqual([path]);
  });
});

const optionParsers = {
  list: parseListOptions,
  listPolicies: parsePolicyListOptions,
  listActions: parseActionListOptions,
  get: (options: unknown) => parseCallOptions(options, "get client"),
  create: (options: unknown) => parseSecretOptions(options, "create client"),
};

test.each<[keyof typeof optionParsers, unknown, string]>([
  ["list", { concurrency: 0 }, "concurrency"],
  ["list", { concurrency: 51 }, "concurrency"],
  ["list", { pageSize: 5 }, "pageSize"],
  ["listPolicies", { pageSize: 0 }, "pageSize"],
  ["listPolicies", { identities: ["*"] }, "identities.0"],
  ["listPolicies", { resources: ["*"] }, "resources.0"],
  ["listPolicies", { actions: [""] }, "actions.0"],
  ["listPolicies", { readOnly: 1 }, "readOnly"],
  ["listPolicies", { concurrency: 5 }, "concurrency"],
  ["listActions", { resourceTypes: [""] }, "resourceTypes.0"],
  ["listActions", { concurrency: 5 }, "concurrency"],
  ["get", { pageSize: 3 }, "pageSize"],
  ["get", { timeoutMs: 0 }, "timeoutMs"],
  ["get", { signal: {} }, "signal"],
  ["get", null, ""],
  ["create", { concurrency: 5 }, "concurrency"],
])("the options of %s reject %o and name %j", (name, options, path) => {
  expect(paths(() => optionParsers[name](options))).toEqual([path]);
});

describe("valid input is accepted", () => {
  test("create accepts both flows, and callback URLs on a loopback address without TLS", () => {
    expect(parseCreateInput(account)).toEqual(account);
    expect(parseCreateInput(web)).toEqual(web);
    const local = { ...web, callbackUrls: ["http://127.0.0.1:8080/cb", "http://localhost/cb"] };
    expect(parseCreateInput(local)).toEqual(local);
  });

  test("update accepts changes, also empty ones", () => {
    expect(parseChanges({})).toEqual({});
    expect(parseChanges({ name: "new", description: undefined })).toEqual({ name: "new", description: undefined });
  });

  test("import accepts references in all three forms, and a secret with a pipe in an object", () => {
    expect(parseImportReference("0f0f0f0f0f0f0f0f")).toEqual({ id: "0f0f0f0f0f0f0f0f" });
    expect(parseImportReference("EU.00aa|s3cr+t/=")).toEqual({ id: "EU.00aa", clientSecret: "s3cr+t/=" });
    expect(parseImportReference({ id: "EU.00aa", clientSecret: "a|b" })).toEqual({ id: "EU.00aa", clientSecret: "a|b" });
  });

  test("createPolicy accepts a policy that only denies, only names a group, or has three levels of conditions", () => {
    const match = { operator: "MATCH", values: { "request.IP": "192.0.2.1/32" } };
    for (const more of [
      { allow: undefined, deny: ["a:b"] },
      { allow: undefined, permissionsGroups: ["urn:v1:eu:permissionsGroup:ovh:globalAdmin"] },
      { conditions: { operator: "OR", conditions: [{ operator: "NOT", conditions: [match] }, match] } },
      { description: "d", except: ["webHosting:apiovh:delete"], expiresAt: new Date() },
    ])
      expect(parsePolicyInput({ ...policy, ...more })).toEqual({ ...policy, ...more });
  });

  test("updatePolicy accepts null for the fields that can be cleared", () => {
    const changes = { description: null, conditions: null, expiresAt: null };
    expect(parsePolicyChanges(changes)).toEqual(changes);
  });

  test("the lists accept missing options", () => {
    expect(parseListOptions(undefined)).toEqual({});
    expect(parsePolicyListOptions(undefined)).toEqual({});
    expect(parseActionListOptions(undefined)).toEqual({});
  });
});
