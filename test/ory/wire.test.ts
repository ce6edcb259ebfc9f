import { describe, expect, test } from "vitest";
import { clientsWire, clientWire, createdWire, introspectionWire, registrationWire, rotatedWire } from "../../src/ory/wire.js";

describe("the schema of a client rejects a response", () => {
  test.each([
    ["without an id", {}],
    ["with an id of another type", { client_id: 1 }],
    ["with a list that is a string", { client_id: "a", grant_types: "client_credentials" }],
    ["with a scope that is an array", { client_id: "a", scope: ["a"] }],
    ["that is an array", [{ client_id: "a" }]],
    ["that is null", null],
  ])("%s", (_, value) => expect(clientWire.safeParse(value).success).toBe(false));
});

describe("the schema of a client accepts a response", () => {
  test.each([
    ["with its id alone", { client_id: "a" }],
    ["with null for lists", { client_id: "a", redirect_uris: null, grant_types: null, contacts: null, scope: null }],
    ["with an empty key set", { client_id: "a", jwks: {} }],
    ["with null for keys, as Go writes a missing list", { client_id: "a", jwks: { keys: null } }],
    ["without a key set", { client_id: "a", jwks: null }],
    ["with unknown values of enumerations", { client_id: "a", grant_types: ["urn:x"], token_endpoint_auth_method: "tls" }],
    ["with metadata of any kind", { client_id: "a", metadata: [1, { b: null }] }],
  ])("%s", (_, value) => expect(clientWire.safeParse(value).success).toBe(true));

  test("with unknown members at every level", () => {
    const value = { client_id: "a", new_member: { deep: [1] }, jwks: { keys: [{ kty: "EC", x: 1 }], more: true } };
    expect(clientWire.parse(value)).toEqual(value);
  });

  test("in a list", () => {
    expect(clientsWire.parse([])).toEqual([]);
    expect(clientsWire.safeParse({ clients: [] }).success).toBe(false);
  });
});

describe("the schemas of responses with a secret", () => {
  test("require only the id of a created client", () => {
    expect(createdWire.safeParse({ client_id: "" }).success).toBe(false);
    expect(createdWire.safeParse({ client_secret: "s" }).success).toBe(false);
    expect(createdWire.parse({ client_id: "a", client_secret: "s", contacts: 5, surprise: true })).toMatchObject({
      client_id: "a",
      client_secret: "s",
    });
    expect(createdWire.safeParse({ client_id: "a", client_secret: null }).success).toBe(true);
  });

  test("require the secret of a rotation", () => {
    expect(rotatedWire.safeParse({ client_id: "a" }).success).toBe(false);
    expect(rotatedWire.safeParse({ client_secret: "" }).success).toBe(false);
    expect(rotatedWire.safeParse({ client_secret: "s" }).success).toBe(true);
    expect(rotatedWire.safeParse({ client_secret: "s", token_endpoint_auth_method: 7 }).success).toBe(true);
  });

  test("accept only a complete registration", () => {
    expect(registrationWire.safeParse({ registration_access_token: "t" }).success).toBe(false);
    expect(registrationWire.safeParse({ registration_access_token: "", registration_client_uri: "u" }).success).toBe(false);
  });
});

describe("the schema of an introspection", () => {
  test.each([[{}], [{ active: "true" }], [{ active: 1 }], [{ active: null }], [null]])("rejects %j", (value) => {
    expect(introspectionWire.safeParse(value).success).toBe(false);
  });

  test("accepts an audience that is a string or an array", () => {
    expect(introspectionWire.parse({ active: true, aud: "a" }).aud).toEqual(["a"]);
    expect(introspectionWire.parse({ active: true, aud: ["a", "b"] }).aud).toEqual(["a", "b"]);
    expect(introspectionWire.parse({ active: true, aud: null }).aud).toBeNull();
  });
});
