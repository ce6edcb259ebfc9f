import { describe, expect, test } from "vitest";
import type { Caller } from "../../../src/simulators/ovh/authentication.js";
import { authorize, type Need } from "../../../src/simulators/ovh/authorization.js";
import { createGroups } from "../../../src/simulators/ovh/permission-groups.js";
import type { StoredPolicy } from "../../../src/simulators/ovh/policies.js";
import { account, accountUrn, actions, hostingUrn } from "./calls.js";

const identity = `urn:v1:eu:identity:credential:${account}/oauth2-EU.0123456789abcdef`;
const group = (name: string) => `urn:v1:eu:permissionsGroup:${account}:${name}`;
const groups = createGroups(
  [
    { urn: group("readers"), allow: ["webHosting:*"], except: ["webHosting:apiovh:delete"] },
    { urn: group("unknown"), deny: ["*"] },
  ],
  { region: "eu", name: account },
);
const read: Need = { action: "webHosting:apiovh:get", resource: hostingUrn };
const remove: Need = { action: "webHosting:apiovh:delete", resource: hostingUrn };
const caller = (more: Partial<Caller> = {}): Caller => ({
  identity,
  isRoot: false,
  method: "oauth2_client_credentials",
  routes: null,
  scopes: ["all"],
  ...more,
});
const policy = (more: Partial<StoredPolicy> = {}): StoredPolicy => ({
  id: "1",
  position: 1,
  name: "x",
  description: null,
  identities: [identity],
  resources: [{ urn: hostingUrn }],
  permissions: { allow: actions("webHosting:*") },
  permissionsGroups: [],
  conditions: null,
  expiredAt: null,
  createdAt: "2026-01-01T00:00:00.000Z",
  updatedAt: undefined,
  ...more,
});
const nowMs = Date.parse("2026-06-01T00:00:00Z");
const route = { method: "GET", path: "/hosting/web/x" };
const decide = (all: readonly StoredPolicy[], need: Need = read, more: Partial<Caller> = {}) =>
  authorize(caller(more), route, need, { all, groups, nowMs });
const lacking = ({ action }: Need) =>
  expect.objectContaining({
    status: 403,
    body: expect.objectContaining({
      current: {
        class: "Client::Forbidden",
        message: "User not granted for this request",
        details: { unauthorizedActionsByAuthentication: "", unauthorizedActionsByIAM: action },
      },
    }),
  });

describe("a service account is denied", () => {
  test.each<[string, readonly StoredPolicy[], Need]>([
    ["everything by default", [], read],
    ["the permission of another identity", [policy({ identities: [`${identity}0`] })], read],
    ["the permission of an identity wildcard", [policy({ identities: ["urn:v1:eu:identity:*"] })], read],
    ["the permission for another resource", [policy({ resources: [{ urn: accountUrn }] })], read],
    ["the permission for a resource group", [policy({ resources: [{ urn: "urn:v1:eu:resourceGroup:*" }] })], read],
    ["the permission for no resource", [policy({ resources: [] })], read],
    ["another action", [policy({ permissions: { allow: actions("webHosting:apiovh:get") } })], remove],
    ["an action of another product", [policy()], { action: "account:apiovh:me/get", resource: hostingUrn }],
    ["an action whose pattern has a dot", [policy({ permissions: { allow: actions("webHosting.apiovh:*") } })], read],
    ["an exception of the policy", [policy({ permissions: { allow: actions("*"), except: actions("*:get") } })], read],
    ["a denial of the policy", [policy({ permissions: { allow: actions("*"), deny: actions("webHosting:*") } })], read],
    ["a denial of another policy", [policy(), policy({ permissions: { deny: actions("*:get") } })], read],
    [
      "a denial of a permissions group of another policy",
      [policy(), policy({ permissionsGroups: [{ urn: group("unknown") }] })],
      read,
    ],
    [
      "an exception of a permissions group",
      [policy({ permissions: {}, permissionsGroups: [{ urn: group("readers") }] })],
      remove,
    ],
    [
      "an exception of the policy for its permissions group",
      [policy({ permissions: { except: actions("*:get") }, permissionsGroups: [{ urn: group("readers") }] })],
      read,
    ],
    ["the permission of an expired policy", [policy({ expiredAt: "2026-06-01T00:00:00Z" })], read],
    ["a permission with a condition", [policy({ conditions: { operator: "MATCH", values: { "request.IP": "::1" } } })], read],
    [
      "an action that is denied with a condition",
      [policy(), policy({ permissions: { deny: actions("*") }, conditions: { operator: "MATCH", values: {} } })],
      read,
    ],
  ])("%s, and the error names the missing action", (_case, all, need) => {
    expect(() => decide(all, need)).toThrow(lacking(need));
  });

  test("actions outside the scope of its token, even with all permissions", () => {
    const refusal = expect.objectContaining({
      body: expect.objectContaining({
        current: expect.objectContaining({
          details: { unauthorizedActionsByAuthentication: read.action, unauthorizedActionsByIAM: "" },
        }),
      }),
    });
    expect(() => decide([policy()], read, { scopes: ["account/all"] })).toThrow(refusal);
    expect(() => decide([], read, { isRoot: true, scopes: ["web/all"] })).toThrow(refusal);
  });
});

describe("a call is allowed", () => {
  test.each<[string, readonly StoredPolicy[], Need]>([
    ["a policy names action and resource", [policy({ permissions: { allow: actions(read.action) } })], read],
    ["a wildcard covers the rest of the action", [policy()], read],
    ["a wildcard covers every action", [policy({ permissions: { allow: actions("*") } })], read],
    ["a wildcard covers every resource", [policy({ resources: [{ urn: "urn:v1:eu:resource:*" }] })], read],
    ["a wildcard covers the resources of a type", [policy({ resources: [{ urn: "urn:v1:eu:resource:webHosting:*" }] })], read],
    ["a wildcard is before a resource name", [policy({ resources: [{ urn: "urn:v1:eu:resource:webHosting:*.net" }] })], read],
    [
      "only another policy has an exception",
      [policy(), policy({ permissions: { allow: actions("*"), except: actions("*") } })],
      read,
    ],
    [
      "a denial is expired",
      [policy(), policy({ permissions: { deny: actions("*") }, expiredAt: "2026-05-31T00:00:00Z" })],
      read,
    ],
    ["the expiry is in the future", [policy({ expiredAt: "2026-06-01T00:00:01Z" })], read],
    ["a permissions group allows it", [policy({ permissions: {}, permissionsGroups: [{ urn: group("readers") }] })], read],
    [
      "the group globalAdmin allows it",
      [policy({ permissionsGroups: [{ urn: "urn:v1:eu:permissionsGroup:ovh:globalAdmin" }], permissions: {} })],
      remove,
    ],
  ])("when %s", (_case, all, need) => {
    expect(() => decide(all, need)).not.toThrow();
  });

  test("when it requires no action, and when the caller is the account itself", () => {
    expect(() => authorize(caller(), route, undefined, { all: [], groups, nowMs })).not.toThrow();
    expect(() => decide([policy({ permissions: { deny: actions("*") } })], read, { isRoot: true })).not.toThrow();
    expect(() => decide([policy()], read, { scopes: ["account/all", "webHosting/all"] })).not.toThrow();
  });
});
