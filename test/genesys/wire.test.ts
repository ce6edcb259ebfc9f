import { describe, expect, test } from "vitest";
import {
  clientsWire,
  clientWire,
  createdCredentialWire,
  createdWire,
  credentialWire,
  divisionWire,
  rolesWire,
  rotatedWire,
  subjectWire,
} from "../../src/genesys/wire.js";
import { wireClient } from "./stage.js";

describe("an answer is refused", () => {
  test.each([
    ["a client without an id", clientWire, { name: "a" }],
    ["a client with an empty id", clientWire, { id: "" }],
    ["a client whose scope is a text", clientWire, { id: "a", scope: "users" }],
    ["a role without a division", clientWire, { id: "a", roleDivisions: [{ roleId: "b" }] }],
    ["a validity as text", clientWire, { id: "a", accessTokenValiditySeconds: "600" }],
    ["a list that is an array", clientsWire, [wireClient]],
    ["a list without entities", clientsWire, { total: 0 }],
    ["a created client without an id", createdWire, { secret: "s" }],
    ["a rotation without a secret", rotatedWire, { id: "a" }],
    ["a rotation with an empty secret", rotatedWire, { secret: "" }],
    ["a home division without an id", divisionWire, { name: "Home" }],
    ["roles without entities", rolesWire, {}],
    ["a role without an id", rolesWire, { entities: [{ name: "admin" }] }],
    ["grants that are no list", subjectWire, { grants: {} }],
    ["an integration credential without an id", credentialWire, { name: "a" }],
    ["a created integration credential without an id", createdCredentialWire, {}],
  ])("%s", (_, schema, answer) => {
    expect(schema.safeParse(answer).success).toBe(false);
  });
});

describe("an answer is taken", () => {
  test("with null for everything but the id, and with values of sets that have grown", () => {
    const members = Object.keys(wireClient).filter((name) => name !== "id" && name !== "selfUri");
    expect(clientWire.safeParse({ id: "a", ...Object.fromEntries(members.map((name) => [name, null])) }).success).toBe(true);
    expect(clientWire.safeParse({ id: "a", state: "frozen", authorizedGrantType: "DEVICE" }).success).toBe(true);
  });

  test("with members that are unknown, which a client keeps", () => {
    expect(clientWire.parse({ ...wireClient, allowedIps: ["192.0.2.1"] })).toEqual({
      ...wireClient,
      allowedIps: ["192.0.2.1"],
      createdBy: { id: wireClient.createdBy.id },
    });
  });

  test("with a secret, however odd the rest is", () => {
    const odd = { id: "a", secret: "s", scope: 7, roleDivisions: "none", createdBy: [] };
    expect(createdWire.parse(odd)).toEqual(odd);
    expect(rotatedWire.parse({ ...odd, id: 7 })).toMatchObject({ secret: "s" });
  });

  test("with a list whose items lack the grant type, and whose envelope is bare", () => {
    const { authorizedGrantType: _, ...listed } = wireClient;
    expect(clientsWire.safeParse({ entities: [listed], nextUri: null }).success).toBe(true);
  });

  test("with a caller without grants", () => {
    expect(subjectWire.parse({ id: "a" })).toEqual({});
    expect(subjectWire.parse({ grants: [{ role: null, division: { id: "*" } }] }).grants).toHaveLength(1);
  });
});
