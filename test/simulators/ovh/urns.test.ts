import { describe, expect, test } from "vitest";
import {
  accountIdentity,
  accountResource,
  clientIdentity,
  covers,
  isActionPattern,
  isIdentity,
  isResourceUrn,
  webHostingResource,
} from "../../../src/simulators/ovh/urns.js";

const account = { region: "ca", name: "aa1-ovh" } as const;

describe("URNs", () => {
  test.each([
    "",
    "*",
    "urn:v1:ca:resource",
    "urn:v1:eu:resource:vps:x",
    "urn:v1:ca:resource:vps:",
    "urn:v1:ca:identity:account:x",
  ])("of resources are not valid: %j", (urn) => {
    expect(isResourceUrn(urn, "ca")).toBe(false);
  });

  test.each([
    "urn:v1:ca:identity:user:aa1-ovh/",
    "urn:v1:ca:identity:user:bb2-ovh/ann",
    "urn:v1:ca:identity:group:aa1-ovh/*",
    "",
  ])("of identities are not valid: %j", (urn) => {
    expect(isIdentity(urn, account, () => false)).toBe(false);
  });

  test("identify the account, clients, users and groups", () => {
    const client = clientIdentity(account, "CA.0123456789abcdef");
    expect(client).toBe("urn:v1:ca:identity:credential:aa1-ovh/oauth2-CA.0123456789abcdef");
    expect(isIdentity(client, account, () => false)).toBe(false);
    expect(isIdentity(client, account, (urn) => urn === client)).toBe(true);
    for (const urn of [
      accountIdentity(account),
      "urn:v1:ca:identity:user:aa1-ovh/ann",
      "urn:v1:ca:identity:group:aa1-ovh/devs",
    ])
      expect(isIdentity(urn, account, () => false)).toBe(true);
  });

  test("identify the account and web hosting plans as resources", () => {
    expect(accountResource(account)).toBe("urn:v1:ca:resource:account:aa1-ovh");
    expect(webHostingResource(account, "a.test")).toBe("urn:v1:ca:resource:webHosting:a.test");
    expect(isResourceUrn(accountResource(account), "ca")).toBe(true);
    expect(isResourceUrn(webHostingResource(account, "a.test"), "ca")).toBe(true);
  });
});

describe("patterns", () => {
  test.each([
    ["webHosting:*", true],
    ["*", true],
    ["account:apiovh:me/api/oauth2/client/get", true],
    ["*:apiovh:get", true],
    ["get", false],
    ["", false],
    ["web hosting:get", false],
    [":get", false],
  ])("of actions: %j is valid: %s", (pattern, expected) => {
    expect(isActionPattern(pattern)).toBe(expected);
  });

  test.each([
    ["a*", "abc", true],
    ["*c", "abc", true],
    ["a*c", "abc", true],
    ["*", "", true],
    ["abc", "abc", true],
    ["a", "abc", false],
    ["b*", "abc", false],
    ["a.c", "abc", false],
    ["a(b|c)", "ab", false],
    ["*b", "abc", false],
  ])("%j covers %j: %s", (pattern, text, expected) => {
    expect(covers(pattern, text)).toBe(expected);
  });
});
