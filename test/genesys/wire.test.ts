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
import { wireClient } from "./setup.js";

describe("the response schemas reject", () => {
  test.each([
    ["a client without an id", clientWire, { name: "a" }],
    ["a client with an empty id", clientWire, { id: "" }],
    ["a client with a scope that is a string", clientWire, { id: "a", scope: "users" }],
    ["a role without a division", clientWire, { id: "a", roleDivisions: [{ roleId: "b" }] }],
    ["a validity that is a string", clientWire, { id: "a", accessTokenValiditySeconds: "600" }],
    ["a list that is an array", clientsWire, [wireClient]],
    ["a list without entities", clientsWire, { total: 0 }],
    ["a created client without an id", createdWire, { secret: "s" }],
    ["a rotation without a secret", rotatedWire, { id: "a" }],
    ["a rotation with an empty secret", rotatedWire, { secret: "" }],
    ["a home division without an id", divisionWire, { name: "Home" }],
    ["roles without entities", rolesWire, {}],
    ["a role without an id", rolesWire, { entities: [{ name: "admin" }] }],
    ["grants that are not a list", subjectWire, { grants: {} }],
    ["an integration credential without an id", credentialWire, { name: "a" }],
    ["a created integration credential without an id", createdCredentialWire, {}],
  ])("%s", (_, schema, response) => {
    expect(schema.safeParse(response).success).toBe(false);
  });
});

describe("the response schemas accept", () => {
  test("null for every member except the id, and unknown values of enumerations", () => {
    const members = Object.keys(wireClient).filter((name) => name !== "id" && name !== "selfUri");
    expect(clientWire.safeParse({ id: "a", ...Object.fromEntries(members.map((name) => [name, null])) }).success).toBe(true);
    expect(clientWire.safeParse({ id: "a", state: "frozen", authorizedGrantType: "DEVICE" }).success).toBe(true);
  });

  test("unknown members of a client, and keep them", () => {
    expect(clientWire.parse({ ...wireClient, allowedIps: ["192.0.2.1"] })).toEqual({
      ...wireClient,
      allowedIps: ["192.0.2.1"],
      createdBy: { id: wireClient.createdBy.id },
    });
  });

  test("a secret with other members that are invalid", () => {
    const odd = { id: "a", secret: "s", scope: 7, roleDivisions: "none", createdBy: [] };
    expect(createdWire.parse(odd)).toEqual(odd);
    expect(rotatedWire.parse({ ...odd, id: 7 })).toMatchObject({ secret: "s" });
  });

  test("a list without grant types and without a total", () => {
    const { authorizedGrantType: _, ...listed } = wireClient;
    expect(clientsWire.safeParse({ entities: [listed], nextUri: null }).success).toBe(true);
  });

  test("a caller without grants", () => {
    expect(subjectWire.parse({ id: "a" })).toEqual({});
    expect(subjectWire.parse({ grants: [{ role: null, division: { id: "*" } }] }).grants).toHaveLength(1);
  });
});
