import { describe, expect, test } from "vitest";
import { clientsWire, clientWire, createdWire, tokensWire, tokenWire } from "../../src/tfe/wire.js";
import { clientResource, tokenResource } from "./responses.js";

const id = "oc-7Qk2mZx9Lw4Tn8Rb";

describe("an invalid client is refused", () => {
  test.each<[string, unknown]>([
    ["without a document", null],
    ["without its resource", {}],
    ["without an id", { data: { ...clientResource(id), id: undefined } }],
    ["with an empty id", { data: clientResource("") }],
    ["without a provider", { data: clientResource(id, { "service-provider": null }) }],
    ["with a name that is no text", { data: clientResource(id, { name: 7 }) }],
    ["with tokens that are no list", { data: clientResource(id, {}, { "oauth-tokens": { data: "ot-1" } }) }],
  ])("the client schema refuses %s", (_, document) => {
    expect(clientWire.safeParse(document).success).toBe(false);
  });
});

describe("a valid client is accepted", () => {
  test.each<[string, unknown]>([
    ["with all its members", { data: clientResource(id) }],
    ["with an unknown service provider", { data: clientResource(id, { "service-provider": "gitea" }) }],
    ["with attributes and relationships that are new", { data: clientResource(id, { moon: { full: true } }, { moon: [1] }) }],
    ["without relationships", { data: { ...clientResource(id), relationships: undefined } }],
    ["with relationships that are null", { data: clientResource(id, {}, { projects: null, "agent-pool": null }) }],
    ["without what old servers do not have", { data: { id, attributes: { "service-provider": "github" } } }],
  ])("the client schema accepts %s", (_, document) => {
    expect(clientWire.safeParse(document)).toMatchObject({ success: true, data: { data: { id } } });
  });

  test("a secret in a response is dropped", () => {
    const read = clientWire.parse({ data: clientResource(id, { secret: "s3cret", "oauth-token-string": "ghp_x" }) });
    expect(JSON.stringify(read)).not.toMatch(/s3cret|ghp_x/);
  });
});

describe("the response to a create", () => {
  test.each<[string, unknown]>([
    ["the id has to be there", { data: {} }],
    ["an empty id is none", { data: { id: "" } }],
  ])("the create schema refuses %s", (_, document) => {
    expect(createdWire.safeParse(document).success).toBe(false);
  });

  test("the response to a create needs no member but the id", () => {
    expect(createdWire.safeParse({ data: { id, attributes: "?" } }).success).toBe(true);
  });
});

describe("a list", () => {
  test.each<[string, unknown]>([
    ["is no object", { data: clientResource(id) }],
    ["has a number for its next page", { data: [], meta: { pagination: { "next-page": "2" } } }],
  ])("the list schema refuses %s", (_, document) => {
    expect(clientsWire.safeParse(document).success).toBe(false);
  });

  test.each<[string, unknown]>([
    ["needs no meta", { data: [clientResource(id)] }],
    ["may have an empty meta", { data: [], meta: {} }],
    ["may have meta of other kinds", { data: [], meta: { "status-counts": {}, pagination: { "next-page": null } } }],
  ])("the list schema accepts %s", (_, document) => {
    expect(clientsWire.safeParse(document).success).toBe(true);
    expect(tokensWire.safeParse({ ...(document as object), data: [] }).success).toBe(true);
  });
});

describe("a token in a response", () => {
  test("a token without an id is refused", () => {
    expect(tokenWire.safeParse({ data: { attributes: {} } }).success).toBe(false);
  });

  test("a token with all members and one with its id alone are accepted", () => {
    expect(tokenWire.safeParse({ data: tokenResource("ot-1") }).success).toBe(true);
    expect(tokenWire.safeParse({ data: { id: "ot-1" } }).success).toBe(true);
  });
});
