import { describe, expect, test } from "vitest";
import { readPolicy } from "../../../src/simulators/ovh/permissions.js";
import { account, actions, guidePolicy, hostingUrn, type Json } from "./calls.js";

const identity = `urn:v1:eu:identity:credential:${account}/oauth2-EU.0123456789abcdef`;
const group = "urn:v1:eu:permissionsGroup:ovh:globalAdmin";
const match = { operator: "MATCH", values: { "request.IP": "192.0.2.1" } };
const nested = (depth: number): Json => (depth === 1 ? match : { operator: "AND", conditions: [nested(depth - 1)] });
const policy = (more: Json = {}) => guidePolicy(identity, more);
const readFrom = (body: unknown, readOnlyMembers: "refuse" | "ignore" = "refuse") =>
  readPolicy(typeof body === "string" ? body : JSON.stringify(body), {
    account: { region: "eu", name: account },
    readOnlyMembers,
    now: () => Date.parse("2026-06-01T00:00:00Z"),
    knowsIdentity: (urn) => urn === identity,
    knowsGroup: (urn) => urn === group,
  });

describe("readPolicy rejects a policy", () => {
  test.each<[string, unknown, string]>([
    ["that is not JSON", "{", "JSON"],
    ["that is null", null, "[body]"],
    ["without a name", policy({ name: undefined }), "[name]"],
    ["with an empty name", policy({ name: "" }), "[name]"],
    ["with the vendor's prefix", policy({ name: "ovh-mine" }), "ovh-"],
    ["with a number for the description", policy({ description: 1 }), "[description]"],
    ["without identities", policy({ identities: undefined }), "[identities]"],
    ["with null for identities", policy({ identities: null }), "[identities]"],
    ["for an unknown client", policy({ identities: [identity, `${identity}0`] }), "[identities[1]]"],
    ["for a client id without its region prefix", policy({ identities: [identity.replace("EU.", "")] }), "[identities[0]]"],
    ["for a client of another region", policy({ identities: [identity.replace(":eu:", ":ca:")] }), "[identities[0]]"],
    ["for a user of another account", policy({ identities: ["urn:v1:eu:identity:user:aa1-ovh/ann"] }), "[identities[0]]"],
    ["for all identities", policy({ identities: ["*"] }), "[identities[0]]"],
    ["without resources", policy({ resources: undefined }), "[resources]"],
    ["with a string as a resource", policy({ resources: [hostingUrn] }), "[resources[0]]"],
    ["with details of a resource", policy({ resources: [{ urn: hostingUrn, resource: {} }] }), "[resource] is read-only"],
    ["without permissions", policy({ permissions: undefined }), "[permissions]"],
    ["with an array as permissions", policy({ permissions: [] }), "[permissions]"],
    ["with a string as actions", policy({ permissions: { allow: "*" } }), "[permissions.allow]"],
    ["with a string as an action", policy({ permissions: { deny: ["*"] } }), "[permissions.deny[0]]"],
    ["with an action that has no name", policy({ permissions: { except: [{}] } }), "[permissions.except[0].action]"],
    [
      "with an action without a resource type",
      policy({ permissions: { allow: actions("get") } }),
      "[permissions.allow[0].action]",
    ],
    ["with an unknown kind of permissions", policy({ permissions: { grant: [] } }), "[grant]"],
    ["with an unknown permissions group", policy({ permissionsGroups: [{ urn: `${group}s` }] }), "[permissionsGroups[0].urn]"],
    ["with an id", policy({ id: "x" }), "[id] is read-only"],
    ["with an unknown member", policy({ tags: {} }), "[tags]"],
    ["with an expiry that is not a date", policy({ expiredAt: "tomorrow" }), "[expiredAt]"],
    ["with an expiry without a time", policy({ expiredAt: "2027-01-01" }), "[expiredAt]"],
    ["with an expiry in the past", policy({ expiredAt: "2026-05-31T23:59:59Z" }), "[expiredAt]"],
    ["with an unknown operator", policy({ conditions: { operator: "XOR", conditions: [] } }), "[conditions.operator]"],
    ["with nested conditions in MATCH", policy({ conditions: { ...match, conditions: [] } }), "[conditions.conditions]"],
    ["with MATCH without values", policy({ conditions: { operator: "MATCH" } }), "[conditions.values]"],
    ["with a number as a value of MATCH", policy({ conditions: { ...match, values: { a: 1 } } }), "[conditions.values.a]"],
    ["with values outside MATCH", policy({ conditions: { ...match, operator: "NOT" } }), "[conditions.values]"],
    ["with four levels of conditions", policy({ conditions: nested(4) }), "3 levels"],
  ])("%s", (_case, body, message) => {
    expect(() => readFrom(body)).toThrow(expect.objectContaining({ status: 400, message: expect.stringContaining(message) }));
  });

  test.each([
    ["*"],
    ["urn:v1:eu:resource"],
    ["urn:v1:ca:resource:vps:*"],
    ["urn:v1:eu:resource:vps"],
    ["urn:v1:eu:resource:vps:a*b"],
    ["urn:v1:eu:resource:*:a"],
    ["urn:v1:eu:resourceGroup:mine"],
    [identity],
  ])("with the resource %s, which has its own error class", (urn) => {
    expect(() => readFrom(policy({ resources: [{ urn: hostingUrn }, { urn }] }))).toThrow(
      expect.objectContaining({
        status: 400,
        body: expect.objectContaining({
          current: {
            class: "Client::BadRequest::INVALID_RESOURCE_URN",
            message: expect.stringContaining("urn:v1:region:(resource|resourceGroup)"),
          },
        }),
      }),
    );
  });
});

describe("readPolicy accepts a policy", () => {
  test("with null for lists, as the vendor's Terraform provider sends them", () => {
    const permissions = { allow: actions("webHosting:*"), deny: null, except: null };
    const { permissions: read, ...rest } = readFrom(policy({ permissions, permissionsGroups: null }));
    expect(read).toEqual({ allow: actions("webHosting:*") });
    expect(rest).toMatchObject({ permissionsGroups: [], conditions: null, expiredAt: null });
  });

  test.each([
    ["urn:v1:eu:resource:*"],
    ["urn:v1:eu:resource:vps:*"],
    ["urn:v1:eu:resource:vps:vps-*"],
    ["urn:v1:eu:resource:vps:*.test"],
    ["urn:v1:eu:resourceGroup:6956639e-3848-11ee-ae3c-0050568ce122"],
    ["urn:v1:eu:resourceGroup:*"],
  ])("with the resource %s", (urn) => {
    expect(readFrom(policy({ resources: [{ urn }] })).resources).toEqual([{ urn }]);
  });

  test("with all optional members", () => {
    const whole = policy({
      identities: [identity, `urn:v1:eu:identity:account:${account}`, `urn:v1:eu:identity:group:${account}/devs`],
      permissions: { allow: actions("*"), deny: actions("vps:*"), except: actions("account:apiovh:me/get") },
      permissionsGroups: [{ urn: group }],
      conditions: nested(3),
      expiredAt: "2027-01-01T00:00:00+02:00",
    });
    expect(readFrom(whole)).toEqual(whole);
  });

  test("with read-only members, which are removed with the option", () => {
    const sent = policy({ id: "x", owner: "y", updatedAt: null, resources: [{ urn: hostingUrn, resource: {} }] });
    expect(readFrom(sent, "ignore")).toMatchObject(policy());
    expect(readFrom(sent, "ignore")).not.toHaveProperty("id");
  });
});
