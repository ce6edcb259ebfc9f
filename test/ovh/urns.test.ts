import { describe, expect, test } from "vitest";
import { actionProblem, identityProblem, permissionsGroupProblem, resourceProblem } from "../../src/ovh/urns.js";

describe("an invalid URN or action is rejected", () => {
  test('as a resource: "*" alone, with the URN of all resources in the message', () => {
    expect(resourceProblem("*")).toBe('"*" alone is not a URN; all resources of a region are urn:v1:eu:resource:*');
  });

  test.each([
    "",
    " ",
    "vps",
    "urn:v1:eu",
    "urn:v1:eu:resource",
    "urn:v1:eu:resource:",
    "urn:v1:eu:resource:vps",
    "urn:v1:eu:resource:vps:",
    "urn:v1:xx:resource:vps:*",
    "urn:v1::resource:vps:*",
    "urn:v2:eu:resource:vps:*",
    "URN:v1:eu:resource:vps:*",
    "urn:v1:eu:resource:vps:two words",
    "urn:v1:eu:resource:vps:*\n",
    "urn:v1:eu:resourceGroup:",
    "urn:v1:eu:identity:account:zz99999-ovh",
    "x urn:v1:eu:resource:*",
  ])("as a resource: %j", (urn) => {
    expect(resourceProblem(urn)).toContain("expected the URN of a resource");
  });

  test.each(["urn:v1:eu:resource:vps:a*b", "urn:v1:eu:resource:vps:*a*b*", "urn:v1:eu:resource:v*s:a"])(
    "as a resource: %j, which has a * in the middle",
    (urn) => {
      expect(resourceProblem(urn)).toContain("a * is allowed only");
    },
  );

  test.each([
    "*",
    "",
    "zz99999-ovh",
    "oauth2-EU.00aa",
    "urn:v1:eu:identity:credential:*",
    "urn:v1:eu:identity:credential:",
    "urn:v1:eu:identity:credential",
    "urn:v1:xx:identity:credential:zz99999-ovh/oauth2-EU.00aa",
    "urn:v1:eu:resource:account:zz99999-ovh",
    "urn:v1:eu:identity:credential:zz99999-ovh/oauth2 EU",
  ])("as an identity: %j", (urn) => {
    expect(identityProblem(urn)).toContain("expected the URN of an identity");
  });

  test.each(["*", "globalAdmin", "urn:v1:eu:permissionsGroup:ovh", "urn:v1:eu:permissionsGroup:ovh:*"])(
    "as a permissions group: %j",
    (urn) => {
      expect(permissionsGroupProblem(urn)).toContain("expected the URN of a permissions group");
    },
  );

  test.each(["", "webHosting", "webHosting:", ":get", "a::b", "a:b c", "a:b,c:d", "a:b\n"])("as an action: %j", (action) => {
    expect(actionProblem(action)).toContain("expected an action");
  });
});

describe("a valid URN or action is accepted", () => {
  test.each([
    "urn:v1:eu:resource:*",
    "urn:v1:ca:resource:vps:*",
    "urn:v1:eu:resource:*:*",
    "urn:v1:us:resource:vps:*.vps.acme.test",
    "urn:v1:eu:resource:vps:prod-*",
    "urn:v1:eu:resource:vps:*prod*",
    "urn:v1:eu:resource:webHosting:xxxxxxx.cluster001.hosting.ovh.net",
    "urn:v1:eu:resource:ip:2001:db8::1",
    "urn:v1:eu:resource:account:zz99999-ovh",
    "urn:v1:eu:resourceGroup:2f7f3f1c-1a11-4f0e-9a53-0b9b6c5e7a1d",
    "urn:v1:eu:resourceGroup:*",
  ])("as a resource: %j", (urn) => {
    expect(resourceProblem(urn)).toBeUndefined();
  });

  test.each([
    "urn:v1:eu:identity:account:zz99999-ovh",
    "urn:v1:eu:identity:user:zz99999-ovh/alice",
    "urn:v1:eu:identity:group:zz99999-ovh/ADMIN",
    "urn:v1:eu:identity:credential:xx11111-ovh/oauth2-0f0f0f0f0f0f0f0f0f",
    "urn:v1:ca:identity:credential:xx11111-ovh/oauth2-CA.00aa00aa00aa00aa",
  ])("as an identity: %j", (urn) => {
    expect(identityProblem(urn)).toBeUndefined();
  });

  test.each(["urn:v1:eu:permissionsGroup:ovh:globalAdmin", "urn:v1:eu:permissionsGroup:zz99999-ovh:mine"])(
    "as a permissions group: %j",
    (urn) => {
      expect(permissionsGroupProblem(urn)).toBeUndefined();
    },
  );

  test.each(["*", "webHosting:*", "webHosting:apiovh:get", "account:apiovh:me/api/oauth2/client/get", "web*"])(
    "as an action: %j",
    (action) => {
      expect(actionProblem(action)).toBeUndefined();
    },
  );
});
