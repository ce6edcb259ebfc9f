import type { OvhPolicyChanges } from "oauth-clients/ovh";
import { describe, expect, test } from "vitest";
import {
  mergeChanges,
  mergePolicy,
  readAction,
  readClient,
  readPolicy,
  writeCreation,
  writePolicy,
} from "../../src/ovh/convert.js";
import { clientWire, policyWire } from "../../src/ovh/wire.js";
import { clientBody, policyBody } from "./responses.js";

const identities = ["urn:v1:eu:identity:credential:zz99999-ovh/oauth2-EU.00aa"];
const resources = ["urn:v1:eu:resource:webHosting:example.hosting.ovh.net"];

describe("writeCreation", () => {
  test("sends an empty list as the callback URLs of a service account", () => {
    expect(writeCreation({ flow: "client_credentials", name: "billing", description: "exporter" })).toEqual({
      callbackUrls: [],
      description: "exporter",
      flow: "CLIENT_CREDENTIALS",
      name: "billing",
    });
  });

  test("sends the callback URLs in their order", () => {
    const callbackUrls = ["https://b.test", "https://a.test"] as const;
    expect(writeCreation({ flow: "authorization_code", name: "web", description: "shop", callbackUrls })).toEqual({
      callbackUrls: ["https://b.test", "https://a.test"],
      description: "shop",
      flow: "AUTHORIZATION_CODE",
      name: "web",
    });
  });
});

describe("mergeChanges sends all three members", () => {
  const current = clientWire.parse(clientBody("EU.00aa", { callbackUrls: ["https://a.test"] }));

  test.each([
    [{}, { name: "billing", description: "billing exporter", callbackUrls: ["https://a.test"] }],
    [{ name: "new" }, { name: "new", description: "billing exporter", callbackUrls: ["https://a.test"] }],
    [
      { description: "new", name: undefined },
      { name: "billing", description: "new", callbackUrls: ["https://a.test"] },
    ],
    [
      { callbackUrls: ["https://b.test"] as [string] },
      { name: "billing", description: "billing exporter", callbackUrls: ["https://b.test"] },
    ],
  ])("for the changes %o", (changes, expected) => {
    expect(mergeChanges(current, changes as object)).toEqual(expected);
  });

  test("when the server has none of them", () => {
    const bare = clientWire.parse({ clientId: "1", flow: "CLIENT_CREDENTIALS", callbackUrls: null });
    expect(mergeChanges(bare, { name: "a" })).toEqual({ name: "a", description: "", callbackUrls: [] });
  });
});

describe("readClient reads", () => {
  test("a time with fewer than three fractional digits, or without a fraction", () => {
    expect(readClient(clientWire.parse(clientBody("1"))).createdAt).toEqual(new Date("2026-01-02T10:11:12.500Z"));
    const whole = clientBody("1", { createdAt: "2026-01-02T10:11:12Z" });
    expect(readClient(clientWire.parse(whole)).createdAt).toEqual(new Date("2026-01-02T10:11:12Z"));
  });

  test("an identity of null and an invalid time as missing", () => {
    const read = readClient(clientWire.parse(clientBody("1", { identity: null, createdAt: "soon" })));
    expect(read).not.toHaveProperty("identity");
    expect(read).not.toHaveProperty("createdAt");
  });

  test("an unknown flow", () => {
    expect(readClient(clientWire.parse(clientBody("1", { flow: "DEVICE_CODE" }))).flow).toBe("device_code");
  });

  test("all members", () => {
    const body = clientBody("EU.11bb", {
      flow: "AUTHORIZATION_CODE",
      identity: null,
      callbackUrls: ["https://app.acme.test/cb"],
    });
    expect(readClient(clientWire.parse(body))).toEqual({
      vendor: "ovh",
      id: "EU.11bb",
      clientId: "EU.11bb",
      name: "billing",
      description: "billing exporter",
      flow: "authorization_code",
      callbackUrls: ["https://app.acme.test/cb"],
      createdAt: new Date("2026-01-02T10:11:12.500Z"),
    });
  });
});

describe("writePolicy writes", () => {
  test("the policy of the vendor's guide, without the members that are not given", () => {
    expect(writePolicy({ name: "demo", identities, resources, allow: ["webHosting:*"], deny: [] })).toEqual({
      name: "demo",
      identities,
      resources: [{ urn: resources[0] }],
      permissions: { allow: [{ action: "webHosting:*" }] },
    });
  });

  test("all members", () => {
    const permissionsGroups = ["urn:v1:eu:permissionsGroup:ovh:globalAdmin"];
    expect(
      writePolicy({
        ...{ name: "demo", description: "d", identities, resources, permissionsGroups },
        ...{ allow: ["a:*"], deny: ["b:c"], except: ["a:d"], expiresAt: new Date("2027-01-01") },
        conditions: {
          operator: "AND",
          conditions: [
            { operator: "MATCH", values: { "request.IP": "192.0.2.0/24" } },
            { operator: "NOT", conditions: [{ operator: "MATCH", values: { "resource.Tag(env)": "prod" } }] },
          ],
        },
      }),
    ).toEqual({
      name: "demo",
      description: "d",
      identities,
      resources: [{ urn: resources[0] }],
      permissions: { allow: [{ action: "a:*" }], deny: [{ action: "b:c" }], except: [{ action: "a:d" }] },
      permissionsGroups: [{ urn: permissionsGroups[0] }],
      conditions: {
        operator: "AND",
        conditions: [
          { operator: "MATCH", values: { "request.IP": "192.0.2.0/24" } },
          { operator: "NOT", conditions: [{ operator: "MATCH", values: { "resource.Tag(env)": "prod" } }] },
        ],
      },
      expiredAt: "2027-01-01T00:00:00.000Z",
    });
  });
});

describe("mergePolicy sends the whole policy", () => {
  const conditions = { operator: "XOR", moon: 1 };
  const current = policyWire.parse(
    policyBody("1", { description: "old", conditions, expiredAt: "2027-01-01T00:00:00.123456Z" }),
  );
  const whole = {
    name: "demo",
    description: "old",
    identities,
    resources: [{ urn: resources[0] }],
    permissions: { allow: [{ action: "webHosting:*" }], deny: null, except: null },
    permissionsGroups: null,
    conditions,
    expiredAt: "2027-01-01T00:00:00.123456Z",
  };
  const { description: _, conditions: __, expiredAt: ___, ...cleared } = whole;

  test.each<[string, OvhPolicyChanges, object]>([
    ["a member that is not in the changes is unchanged", { name: "new" }, { ...whole, name: "new" }],
    [
      "undefined counts as not given",
      { name: "new", allow: undefined } as unknown as OvhPolicyChanges,
      { ...whole, name: "new" },
    ],
    ["null clears a member", { description: null, conditions: null, expiresAt: null }, cleared],
    [
      "lists are replaced as a whole",
      { allow: [], deny: ["a:b"], permissionsGroups: ["urn:v1:eu:permissionsGroup:ovh:x"] },
      {
        ...whole,
        permissions: { allow: null, deny: [{ action: "a:b" }], except: null },
        permissionsGroups: [{ urn: "urn:v1:eu:permissionsGroup:ovh:x" }],
      },
    ],
    [
      "conditions and expiry are replaced",
      { conditions: { operator: "MATCH", values: { a: "b" } }, expiresAt: new Date("2028-01-01") },
      { ...whole, conditions: { operator: "MATCH", values: { a: "b" } }, expiredAt: "2028-01-01T00:00:00.000Z" },
    ],
  ])("%s", (_, changes, expected) => {
    expect(mergePolicy(current, changes)).toEqual(expected);
  });
});

test("mergePolicy keeps a list of permissions that is newer than this library", () => {
  const forbid = [{ action: "webHosting:apiovh:delete" }];
  const current = policyWire.parse(policyBody("1", { permissions: { allow: [{ action: "webHosting:*" }], forbid } }));
  expect(mergePolicy(current, { allow: [] }).permissions).toEqual({ allow: null, deny: null, except: null, forbid });
});

describe("readPolicy reads", () => {
  test("null as missing in every member", () => {
    const nothing = { description: null, identities: null, resources: null, permissions: null, permissionsGroups: null };
    const dates = { conditions: null, createdAt: null, updatedAt: null, expiredAt: null };
    expect(readPolicy(policyWire.parse({ id: "1", name: null, readOnly: null, owner: null, ...nothing, ...dates }))).toEqual({
      ...{ id: "1", name: "", readOnly: false, identities: [], resources: [] },
      ...{ allow: [], deny: [], except: [], permissionsGroups: [] },
    });
  });

  test("all members", () => {
    const body = policyBody("1", {
      ...{ description: "d", readOnly: true, updatedAt: "2026-02-03T00:00:00Z", expiredAt: "2027-01-01T00:00:00Z" },
      permissions: { allow: [{ action: "a:*" }], deny: [{ action: "b:c" }], except: [{ action: "a:d" }] },
      permissionsGroups: [{ urn: "urn:v1:eu:permissionsGroup:ovh:x", name: "x" }],
      conditions: { operator: "MATCH", values: { a: "b" } },
    });
    expect(readPolicy(policyWire.parse(body))).toEqual({
      ...{ id: "1", name: "demo", description: "d", owner: "zz99999-ovh", readOnly: true, identities, resources },
      ...{ allow: ["a:*"], deny: ["b:c"], except: ["a:d"], permissionsGroups: ["urn:v1:eu:permissionsGroup:ovh:x"] },
      conditions: { operator: "MATCH", values: { a: "b" } },
      createdAt: new Date("2026-01-02T10:11:12Z"),
      updatedAt: new Date("2026-02-03"),
      expiresAt: new Date("2027-01-01"),
    });
  });
});

test("readAction reads an action with and without its optional members", () => {
  expect(readAction({ action: "a:b" })).toEqual({ action: "a:b", categories: [] });
  expect(readAction({ action: "a:b", description: "d", categories: ["READ"], resourceType: "a" })).toEqual({
    action: "a:b",
    description: "d",
    categories: ["READ"],
    resourceType: "a",
  });
});
