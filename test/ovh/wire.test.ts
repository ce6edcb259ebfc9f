import { describe, expect, test } from "vitest";
import { actionsWire, clientIdsWire, clientWire, createdWire, policiesWire, policyWire, timeWire } from "../../src/ovh/wire.js";
import { clientBody, policyBody } from "./responses.js";

describe("is not read", () => {
  test.each<[string, { safeParse: (value: unknown) => { success: boolean } }, unknown]>([
    ["a time with a fraction", timeWire, 1.5],
    ["a time that is a text", timeWire, "1700000000"],
    ["a list of ids that is none", clientIdsWire, { ids: [] }],
    ["an empty id", clientIdsWire, [""]],
    ["a client without an id", clientWire, clientBody("")],
    ["a client without a flow", clientWire, clientBody("EU.00aa", { flow: undefined })],
    ["a client with a callback that is no text", clientWire, clientBody("EU.00aa", { callbackUrls: [7] })],
    ["a creation without an id", createdWire, { clientSecret: "x" }],
    ["a creation with a secret that is no text", createdWire, { clientId: "EU.00aa", clientSecret: 7 }],
    ["a policy without an id", policyWire, policyBody("")],
    ["a policy with permissions that are no lists", policyWire, policyBody("1", { permissions: { allow: "x" } })],
    ["a policy with a condition that is a text", policyWire, policyBody("1", { conditions: "x" })],
    ["policies under a name", policiesWire, { items: [] }],
    ["an action without a name", actionsWire, [{ description: "x" }]],
  ])("%s", (_, schema, value) => {
    expect(schema.safeParse(value).success).toBe(false);
  });
});

describe("is read", () => {
  test.each<[string, { safeParse: (value: unknown) => { success: boolean } }, unknown]>([
    ["a client with all its members", clientWire, clientBody("EU.00aa")],
    ["a client with a flow that is unknown", clientWire, clientBody("EU.00aa", { flow: "DEVICE_CODE" })],
    ["a client with members that are null", clientWire, clientBody("1", { callbackUrls: null, identity: null, name: null })],
    ["a client of which only the least is known", clientWire, { clientId: "1", flow: "CLIENT_CREDENTIALS" }],
    ["a client with more members", clientWire, clientBody("1", { moon: { full: true } })],
    ["a creation without a secret, so that the error can name its id", createdWire, { clientId: "EU.00aa" }],
    ["a creation with more members", createdWire, { clientId: "1", clientSecret: "x", moon: 1, identity: 7 }],
    ["a policy whose lists are null", policyWire, policyBody("1", { permissions: { allow: null }, permissionsGroups: null })],
    ["a policy without a word on permissions", policyWire, policyBody("1", { permissions: null, resources: null })],
    ["a policy with a condition that is new", policyWire, policyBody("1", { conditions: { operator: "XOR", moon: [1] } })],
    ["an action of which only the name is known", actionsWire, [{ action: "a:b" }]],
  ])("%s", (_, schema, value) => {
    expect(schema.safeParse(value)).toMatchObject({ success: true });
  });

  test("a client without a secret, should there be one", () => {
    expect(JSON.stringify(clientWire.parse(clientBody("1", { clientSecret: "s3cret" })))).not.toContain("s3cret");
  });

  test("a condition as it is", () => {
    const conditions = { operator: "XOR", conditions: [{ moon: 1 }] };
    expect(policyWire.parse(policyBody("1", { conditions })).conditions).toEqual(conditions);
  });
});
