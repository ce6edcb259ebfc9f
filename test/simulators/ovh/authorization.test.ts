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
const decide = (all: readonly StoredPolicy[], need: Need = read, who: Partial<Caller> = {}) =>
  authorize(caller(who), route, need, { all, groups, nowMs });
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

describe("a service account is refused", () => {
  test.each<[string, readonly StoredPolicy[], Need]>([
    ["by default", [], read],
    ["what is for another identity", [policy({ identities: [`${identity}0`] })], read],
    ["what is for a wildcard of identities", [policy({ identities: ["urn:v1:eu:identity:*"] })], read],
    ["what is for another resource", [policy({ resources: [{ urn: accountUrn }] })], read],
    ["what is for a group of resources", [policy({ resources: [{ urn: "urn:v1:eu:resourceGroup:*" }] })], read],
    ["what is for no resource", [policy({ resources: [] })], read],
    ["another action", [policy({ permissions: { allow: actions("webHosting:apiovh:get") } })], remove],
    ["an action of another product", [policy()], { action: "account:apiovh:me/get", resource: hostingUrn }],
    ["an action whose pattern has a dot", [policy({ permissions: { allow: actions("webHosting.apiovh:*") } })], read],
    ["what the policy excepts", [policy({ permissions: { allow: actions("*"), except: actions("*:get") } })], read],
    ["what the policy denies", [policy({ permissions: { allow: actions("*"), deny: actions("webHosting:*") } })], read],
    ["what another policy denies", [policy(), policy({ permissions: { deny: actions("*:get") } })], read],
    ["what a group of another policy denies", [policy(), policy({ permissionsGroups: [{ urn: group("unknown") }] })], read],
    [
      "what a group excepts from its own",
      [policy({ permissions: {}, permissionsGroups: [{ urn: group("readers") }] })],
      remove,
    ],
    [
      "what the policy excepts from its group",
      [policy({ permissions: { except: actions("*:get") }, permissionsGroups: [{ urn: group("readers") }] })],
      read,
    ],
    ["what a policy allowed that has ended", [policy({ expiredAt: "2026-06-01T00:00:00Z" })], read],
    ["what is allowed on a condition", [policy({ conditions: { operator: "MATCH", values: { "request.IP": "::1" } } })], read],
    [
      "what is denied on a condition",
      [policy(), policy({ permissions: { deny: actions("*") }, conditions: { operator: "MATCH", values: {} } })],
      read,
    ],
  ])("%s, and told which action lacks", (_case, all, need) => {
    expect(() => decide(all, need)).toThrow(lacking(need));
  });

  test("what its token does not reach, even if it may do everything", () => {
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

describe("a call is let through", () => {
  test.each<[string, readonly StoredPolicy[], Need]>([
    ["a policy names action and resource", [policy({ permissions: { allow: actions(read.action) } })], read],
    ["a wildcard stands for the rest of an action", [policy()], read],
    ["a wildcard stands for every action", [policy({ permissions: { allow: actions("*") } })], read],
    ["a wildcard stands for every resource", [policy({ resources: [{ urn: "urn:v1:eu:resource:*" }] })], read],
    ["a wildcard stands for resources of a type", [policy({ resources: [{ urn: "urn:v1:eu:resource:webHosting:*" }] })], read],
    ["a wildcard stands before a name", [policy({ resources: [{ urn: "urn:v1:eu:resource:webHosting:*.net" }] })], read],
    ["another policy excepts", [policy(), policy({ permissions: { allow: actions("*"), except: actions("*") } })], read],
    [
      "a denial has ended",
      [policy(), policy({ permissions: { deny: actions("*") }, expiredAt: "2026-05-31T00:00:00Z" })],
      read,
    ],
    ["the end is to come", [policy({ expiredAt: "2026-06-01T00:00:01Z" })], read],
    ["a group allows it", [policy({ permissions: {}, permissionsGroups: [{ urn: group("readers") }] })], read],
    [
      "the group of all rights allows it",
      [policy({ permissionsGroups: [{ urn: "urn:v1:eu:permissionsGroup:ovh:globalAdmin" }], permissions: {} })],
      remove,
    ],
  ])("when %s", (_case, all, need) => {
    expect(() => decide(all, need)).not.toThrow();
  });

  test("when it needs nothing, and when it is the account's own", () => {
    expect(() => authorize(caller(), route, undefined, { all: [], groups, nowMs })).not.toThrow();
    expect(() => decide([policy({ permissions: { deny: actions("*") } })], read, { isRoot: true })).not.toThrow();
    expect(() => decide([policy()], read, { scopes: ["account/all", "webHosting/all"] })).not.toThrow();
  });
});
