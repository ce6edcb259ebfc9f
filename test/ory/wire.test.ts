import { describe, expect, test } from "vitest";
import { clientsWire, clientWire, createdWire, introspectionWire, registrationWire, rotatedWire } from "../../src/ory/wire.js";

describe("a client is refused", () => {
  test.each([
    ["without an id", {}],
    ["with an id of another type", { client_id: 1 }],
    ["with a list that is text", { client_id: "a", grant_types: "client_credentials" }],
    ["with a scope that is a list", { client_id: "a", scope: ["a"] }],
    ["that is a list", [{ client_id: "a" }]],
    ["that is null", null],
  ])("%s", (_, value) => expect(clientWire.safeParse(value).success).toBe(false));
});

describe("a client is read", () => {
  test.each([
    ["with its id alone", { client_id: "a" }],
    ["with null for lists", { client_id: "a", redirect_uris: null, grant_types: null, contacts: null, scope: null }],
    ["with an empty key set", { client_id: "a", jwks: {} }],
    ["with null for keys, as Go writes a list that is not there", { client_id: "a", jwks: { keys: null } }],
    ["without a key set", { client_id: "a", jwks: null }],
    ["with values that did not exist yet", { client_id: "a", grant_types: ["urn:x"], token_endpoint_auth_method: "tls" }],
    ["with metadata of any kind", { client_id: "a", metadata: [1, { b: null }] }],
  ])("%s", (_, value) => expect(clientWire.safeParse(value).success).toBe(true));

  test("with all that is unknown, at every depth that is not ours", () => {
    const value = { client_id: "a", new_member: { deep: [1] }, jwks: { keys: [{ kty: "EC", x: 1 }], more: true } };
    expect(clientWire.parse(value)).toEqual(value);
  });

  test("in pages", () => {
    expect(clientsWire.parse([])).toEqual([]);
    expect(clientsWire.safeParse({ clients: [] }).success).toBe(false);
  });
});

describe("the response that has a secret", () => {
  test("asks for an id and nothing else", () => {
    expect(createdWire.safeParse({ client_id: "" }).success).toBe(false);
    expect(createdWire.safeParse({ client_secret: "s" }).success).toBe(false);
    expect(createdWire.parse({ client_id: "a", client_secret: "s", contacts: 5, surprise: true })).toMatchObject({
      client_id: "a",
      client_secret: "s",
    });
    expect(createdWire.safeParse({ client_id: "a", client_secret: null }).success).toBe(true);
  });

  test("of a rotation has to have the secret", () => {
    expect(rotatedWire.safeParse({ client_id: "a" }).success).toBe(false);
    expect(rotatedWire.safeParse({ client_secret: "" }).success).toBe(false);
    expect(rotatedWire.safeParse({ client_secret: "s" }).success).toBe(true);
    expect(rotatedWire.safeParse({ client_secret: "s", token_endpoint_auth_method: 7 }).success).toBe(true);
  });

  test("may have a registration", () => {
    expect(registrationWire.safeParse({ registration_access_token: "t" }).success).toBe(false);
    expect(registrationWire.safeParse({ registration_access_token: "", registration_client_uri: "u" }).success).toBe(false);
  });
});

describe("introspection", () => {
  test.each([[{}], [{ active: "true" }], [{ active: 1 }], [{ active: null }], [null]])("%j is no response", (value) => {
    expect(introspectionWire.safeParse(value).success).toBe(false);
  });

  test("takes an audience that is text or a list", () => {
    expect(introspectionWire.parse({ active: true, aud: "a" }).aud).toEqual(["a"]);
    expect(introspectionWire.parse({ active: true, aud: ["a", "b"] }).aud).toEqual(["a", "b"]);
    expect(introspectionWire.parse({ active: true, aud: null }).aud).toBeNull();
  });
});
