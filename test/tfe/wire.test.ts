import { describe, expect, test } from "vitest";
import { clientsWire, clientWire, createdWire, tokensWire, tokenWire } from "../../src/tfe/wire.js";
import { clientResource, tokenResource } from "./responses.js";

const id = "oc-7Qk2mZx9Lw4Tn8Rb";

describe("the client schema rejects a response", () => {
  test.each<[string, unknown]>([
    ["without a document", null],
    ["without its resource", {}],
    ["without an id", { data: { ...clientResource(id), id: undefined } }],
    ["with an empty id", { data: clientResource("") }],
    ["without a provider", { data: clientResource(id, { "service-provider": null }) }],
    ["with a name that is not a string", { data: clientResource(id, { name: 7 }) }],
    ["with tokens that are not a list", { data: clientResource(id, {}, { "oauth-tokens": { data: "ot-1" } }) }],
  ])("%s", (_, document) => {
    expect(clientWire.safeParse(document).success).toBe(false);
  });
});

describe("the client schema accepts a response", () => {
  test.each<[string, unknown]>([
    ["with all its members", { data: clientResource(id) }],
    ["with an unknown service provider", { data: clientResource(id, { "service-provider": "gitea" }) }],
    ["with unknown attributes and relationships", { data: clientResource(id, { moon: { full: true } }, { moon: [1] }) }],
    ["without relationships", { data: { ...clientResource(id), relationships: undefined } }],
    ["with relationships that are null", { data: clientResource(id, {}, { projects: null, "agent-pool": null }) }],
    ["without the members that old servers omit", { data: { id, attributes: { "service-provider": "github" } } }],
  ])("%s", (_, document) => {
    expect(clientWire.safeParse(document)).toMatchObject({ success: true, data: { data: { id } } });
  });

  test("with a secret, which it removes", () => {
    const read = clientWire.parse({ data: clientResource(id, { secret: "s3cret", "oauth-token-string": "ghp_x" }) });
    expect(JSON.stringify(read)).not.toMatch(/s3cret|ghp_x/);
  });
});

describe("the schema of a create response", () => {
  test.each<[string, unknown]>([
    ["a response without an id", { data: {} }],
    ["an empty id", { data: { id: "" } }],
  ])("rejects %s", (_, document) => {
    expect(createdWire.safeParse(document).success).toBe(false);
  });

  test("accepts a response with its id alone", () => {
    expect(createdWire.safeParse({ data: { id, attributes: "?" } }).success).toBe(true);
  });
});

describe("the schema of a list", () => {
  test.each<[string, unknown]>([
    ["an object instead of an array", { data: clientResource(id) }],
    ["a next page that is not a number", { data: [], meta: { pagination: { "next-page": "2" } } }],
  ])("rejects %s", (_, document) => {
    expect(clientsWire.safeParse(document).success).toBe(false);
  });

  test.each<[string, unknown]>([
    ["a list without meta", { data: [clientResource(id)] }],
    ["an empty meta", { data: [], meta: {} }],
    ["an unknown meta", { data: [], meta: { "status-counts": {}, pagination: { "next-page": null } } }],
  ])("accepts %s", (_, document) => {
    expect(clientsWire.safeParse(document).success).toBe(true);
    expect(tokensWire.safeParse({ ...(document as object), data: [] }).success).toBe(true);
  });
});

describe("the schema of an OAuth token", () => {
  test("rejects a token without an id", () => {
    expect(tokenWire.safeParse({ data: { attributes: {} } }).success).toBe(false);
  });

  test("accepts a token with all members and with its id alone", () => {
    expect(tokenWire.safeParse({ data: tokenResource("ot-1") }).success).toBe(true);
    expect(tokenWire.safeParse({ data: { id: "ot-1" } }).success).toBe(true);
  });
});
