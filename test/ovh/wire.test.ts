import { describe, expect, test } from "vitest";
import { actionsWire, clientIdsWire, clientWire, createdWire, policiesWire, policyWire, timeWire } from "../../src/ovh/wire.js";
import { clientBody, policyBody } from "./responses.js";

describe("the schemas reject", () => {
  test.each<[string, { safeParse: (value: unknown) => { success: boolean } }, unknown]>([
    ["a time with a fraction", timeWire, 1.5],
    ["a time that is a string", timeWire, "1700000000"],
    ["an object instead of a list of ids", clientIdsWire, { ids: [] }],
    ["an empty id", clientIdsWire, [""]],
    ["a client without an id", clientWire, clientBody("")],
    ["a client without a flow", clientWire, clientBody("EU.00aa", { flow: undefined })],
    ["a client with a callback URL that is not a string", clientWire, clientBody("EU.00aa", { callbackUrls: [7] })],
    ["a create response without an id", createdWire, { clientSecret: "x" }],
    ["a create response with a secret that is not a string", createdWire, { clientId: "EU.00aa", clientSecret: 7 }],
    ["a policy without an id", policyWire, policyBody("")],
    ["a policy with permissions that are not lists", policyWire, policyBody("1", { permissions: { allow: "x" } })],
    ["a policy with a condition that is a string", policyWire, policyBody("1", { conditions: "x" })],
    ["policies in an object", policiesWire, { items: [] }],
    ["an action without a name", actionsWire, [{ description: "x" }]],
  ])("%s", (_, schema, value) => {
    expect(schema.safeParse(value).success).toBe(false);
  });
});

describe("the schemas accept", () => {
  test.each<[string, { safeParse: (value: unknown) => { success: boolean } }, unknown]>([
    ["a client with all its members", clientWire, clientBody("EU.00aa")],
    ["a client with an unknown flow", clientWire, clientBody("EU.00aa", { flow: "DEVICE_CODE" })],
    ["a client with members that are null", clientWire, clientBody("1", { callbackUrls: null, identity: null, name: null })],
    ["a client with the required members alone", clientWire, { clientId: "1", flow: "CLIENT_CREDENTIALS" }],
    ["a client with unknown members", clientWire, clientBody("1", { moon: { full: true } })],
    ["a create response without a secret, so that the error can name the id", createdWire, { clientId: "EU.00aa" }],
    ["a create response with unknown members", createdWire, { clientId: "1", clientSecret: "x", moon: 1, identity: 7 }],
    ["a policy whose lists are null", policyWire, policyBody("1", { permissions: { allow: null }, permissionsGroups: null })],
    ["a policy without permissions", policyWire, policyBody("1", { permissions: null, resources: null })],
    ["a policy with an unknown condition", policyWire, policyBody("1", { conditions: { operator: "XOR", moon: [1] } })],
    ["an action with its name alone", actionsWire, [{ action: "a:b" }]],
  ])("%s", (_, schema, value) => {
    expect(schema.safeParse(value)).toMatchObject({ success: true });
  });

  test("a client with a secret, which they remove", () => {
    expect(JSON.stringify(clientWire.parse(clientBody("1", { clientSecret: "s3cret" })))).not.toContain("s3cret");
  });

  test("an unknown condition, which they keep unchanged", () => {
    const conditions = { operator: "XOR", conditions: [{ moon: 1 }] };
    expect(policyWire.parse(policyBody("1", { conditions })).conditions).toEqual(conditions);
  });
});
