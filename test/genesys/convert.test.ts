import { describe, expect, test } from "vitest";
import {
  grantTypes,
  mergeChanges,
  readClient,
  readCredential,
  readGrantType,
  writeCreation,
  writeCredential,
} from "../../src/genesys/convert.js";
import type { KnownGrantType } from "../../src/genesys/types.js";
import { clientWire } from "../../src/genesys/wire.js";
import { divisionId, otherRoleId, roleId, wireClient } from "./setup.js";

const role = { roleId, divisionId };

describe("the body of a create", () => {
  test("the body of a create has neither absent lists nor forScim", () => {
    const input = { grantType: "client_credentials", name: "a", roles: [role], forScim: true } as const;
    expect(writeCreation(input)).toEqual({ name: "a", authorizedGrantType: "CLIENT-CREDENTIALS", roleDivisions: [role] });
  });

  test.each(Object.entries(grantTypes))("the grant type %s is sent with dashes: %s", (grantType, wire) => {
    const json = writeCreation({ grantType: grantType as KnownGrantType, name: "a", scopes: ["b"] } as never);
    expect(json.authorizedGrantType).toBe(wire);
    expect(wire).toMatch(/^[A-Z0-9-]+$/);
  });

  test("the body of a create has every given field, with durations in seconds", () => {
    expect(
      writeCreation({
        grantType: "authorization_code",
        name: "a",
        description: "b",
        scopes: ["users"],
        redirectUris: ["https://a.test"],
        accessTokenValidityMs: 600_000,
        state: "inactive",
        additionalFields: { allowedIps: ["192.0.2.1"] },
      }),
    ).toEqual({
      name: "a",
      authorizedGrantType: "CODE",
      description: "b",
      scope: ["users"],
      registeredRedirectUri: ["https://a.test"],
      accessTokenValiditySeconds: 600,
      state: "inactive",
      allowedIps: ["192.0.2.1"],
    });
  });
});

describe("the body of an update", () => {
  const current = clientWire.parse({ ...wireClient, secret: "never", allowedIps: ["192.0.2.1"] });

  test("an update sends every member that was read except the server's own, and every list", () => {
    expect(mergeChanges(current, {})).toEqual({
      name: "nightly-sync",
      description: "demo",
      authorizedGrantType: "CLIENT-CREDENTIALS",
      accessTokenValiditySeconds: 86_400,
      registeredRedirectUri: [],
      scope: [],
      roleDivisions: [role],
      state: "active",
      allowedIps: ["192.0.2.1"],
    });
  });

  test("an update sends empty lists for absent ones, and no null", () => {
    const bare = clientWire.parse({ id: "a", name: "a", authorizedGrantType: "CODE", scope: null, description: null, x: null });
    expect(mergeChanges(bare, {})).toEqual({
      name: "a",
      authorizedGrantType: "CODE",
      registeredRedirectUri: [],
      scope: [],
      roleDivisions: [],
    });
  });

  test("an update keeps old roles without a division, unless it changes the roles", () => {
    const ancient = clientWire.parse({ ...wireClient, roleDivisions: [] });
    expect(mergeChanges(ancient, { name: "b" })).toMatchObject({ roleIds: [roleId], roleDivisions: [] });
    expect(mergeChanges(ancient, { roles: [role] })).not.toHaveProperty("roleIds");
  });

  test("an update keeps the date of deletion, unless it sets the state to active", () => {
    const leaving = clientWire.parse({ ...wireClient, state: "inactive", dateToDelete: "2026-10-01T00:00:00Z" });
    expect(mergeChanges(leaving, { name: "b" })).toHaveProperty("dateToDelete", "2026-10-01T00:00:00Z");
    expect(mergeChanges(leaving, { state: "active" })).not.toHaveProperty("dateToDelete");
  });

  test("an update sends an old spelling of a grant type with dashes, and an unknown grant type unchanged", () => {
    const spelt = (authorizedGrantType: string) =>
      mergeChanges(clientWire.parse({ ...wireClient, authorizedGrantType }), {}).authorizedGrantType;
    expect(spelt("CLIENT_CREDENTIALS")).toBe("CLIENT-CREDENTIALS");
    expect(spelt("SAML2BEARER")).toBe("SAML2-BEARER");
    expect(spelt("DEVICE")).toBe("DEVICE");
  });

  test("an update clears a field with null and a list with an empty list", () => {
    const json = mergeChanges(current, { description: null, accessTokenValidityMs: null, roles: [] });
    expect(json).not.toHaveProperty("description");
    expect(json).not.toHaveProperty("accessTokenValiditySeconds");
    expect(json.roleDivisions).toEqual([]);
  });

  test("an update replaces the given fields", () => {
    const other = { roleId: otherRoleId, divisionId: "*" };
    expect(
      mergeChanges(current, {
        name: "b",
        grantType: "password",
        scopes: ["users"],
        redirectUris: ["https://b.test"],
        roles: [other],
        accessTokenValidityMs: 300_000,
        state: "inactive",
        additionalFields: { allowedIps: [] },
      }),
    ).toEqual({
      name: "b",
      description: "demo",
      authorizedGrantType: "PASSWORD",
      accessTokenValiditySeconds: 300,
      registeredRedirectUri: ["https://b.test"],
      scope: ["users"],
      roleDivisions: [other],
      state: "inactive",
      allowedIps: [],
    });
  });
});

describe("a client in a response is converted", () => {
  test("a converted client has neither its secret nor unknown members", () => {
    expect(readClient(clientWire.parse({ ...wireClient, secret: "never", allowedIps: [] }))).toEqual({
      vendor: "genesys",
      id: wireClient.id,
      clientId: wireClient.id,
      name: "nightly-sync",
      grantType: "client_credentials",
      description: "demo",
      accessTokenValidityMs: 86_400_000,
      redirectUris: [],
      scopes: [],
      roles: [role],
      state: "active",
      createdAt: new Date("2026-09-01T10:00:00Z"),
      updatedAt: new Date("2026-09-02T10:00:00Z"),
      createdBy: wireClient.createdBy.id,
      updatedBy: wireClient.modifiedBy.id,
    });
  });

  test("a client is converted from its id alone", () => {
    expect(readClient({ id: "a", description: "", dateCreated: "soon", scope: null })).toEqual({
      vendor: "genesys",
      id: "a",
      clientId: "a",
      name: "",
      redirectUris: [],
      scopes: [],
      roles: [],
    });
  });

  test("a converted client has its date of deletion and an unknown state", () => {
    const client = readClient({ id: "a", state: "frozen", dateToDelete: "2026-10-01T00:00:00.000Z" });
    expect(client).toMatchObject({ state: "frozen", deletesAt: new Date("2026-10-01T00:00:00Z") });
  });

  test.each([
    ["CLIENT-CREDENTIALS", "client_credentials"],
    ["CLIENT_CREDENTIALS", "client_credentials"],
    ["client-credentials", "client_credentials"],
    ["SAML2-BEARER", "urn:ietf:params:oauth:grant-type:saml2-bearer"],
    ["SAML2BEARER", "urn:ietf:params:oauth:grant-type:saml2-bearer"],
    ["CODE", "authorization_code"],
    ["TOKEN", "implicit"],
    ["PASSWORD", "password"],
    ["CODE_PKCE", "CODE_PKCE"],
    [null, undefined],
  ])("the grant type %s is converted to %s", (wire, ours) => {
    expect(readGrantType(wire)).toBe(ours);
  });
});

test("an integration credential is sent with its fields and read without them", () => {
  expect(writeCredential("a", { clientId: "b", clientSecret: "c", tokenEndpointAuthMethod: "client_secret_basic" })).toEqual({
    name: "a",
    type: { name: "pureCloudOAuthClient" },
    credentialFields: { clientId: "b", clientSecret: "c" },
  });
  expect(readCredential({ id: "a", name: "b" })).toEqual({ id: "a", name: "b" });
  expect(readCredential({ id: "a", name: null })).toEqual({ id: "a" });
});
