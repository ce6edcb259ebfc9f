import { ValidationError } from "oauth-clients";
import { describe, expect, test } from "vitest";
import {
  grantIssues,
  parseChanges,
  parseCreateInput,
  parseCredentials,
  parseId,
  parseImportOptions,
  parseImportReference,
  parseSecretOptions,
} from "../../src/genesys/input.js";
import { divisionId, roleId } from "./setup.js";

const worker = { grantType: "client_credentials", name: "worker", roles: [{ roleId }] };
const desk = { grantType: "authorization_code", name: "desk", scopes: ["users"] };

function fault(act: () => unknown): ValidationError {
  try {
    act();
  } catch (error) {
    expect(error).toBeInstanceOf(ValidationError);
    return error as ValidationError;
  }
  throw new Error("expected a ValidationError");
}
const paths = (act: () => unknown) => fault(act).issues.map(({ path }) => path);

const circle: Record<string, unknown> = {};
circle.circle = circle;

describe("parseCreateInput rejects an invalid input and names the field", () => {
  test.each<[string, unknown, string[]]>([
    ["no fields", {}, ["grantType", "name"]],
    ["an empty name", { ...worker, name: "" }, ["name"]],
    ["a grant type in the API's form", { ...worker, grantType: "CLIENT-CREDENTIALS" }, ["grantType"]],
    ["an unknown grant type", { ...desk, grantType: "refresh_token" }, ["grantType"]],
    ["client credentials without roles", { ...worker, roles: undefined }, ["roles"]],
    ["client credentials with empty roles", { ...worker, roles: [] }, ["roles"]],
    ["client credentials with scopes", { ...worker, scopes: ["users"] }, ["scopes"]],
    ["client credentials with redirect URIs", { ...worker, redirectUris: ["https://a.test"] }, ["redirectUris"]],
    ["another grant type without scopes", { ...desk, scopes: undefined }, ["scopes"]],
    ["another grant type with empty scopes", { ...desk, scopes: [] }, ["scopes"]],
    ["another grant type with roles", { ...desk, roles: [{ roleId }] }, ["roles"]],
    ["a role without an id or a name", { ...worker, roles: [{ roleId }, { divisionId }] }, ["roles.1.roleId"]],
    ["a role with an id and a name", { ...worker, roles: [{ roleId, roleName: "admin" }] }, ["roles.0.roleName"]],
    ["the name of a role as its id", { ...worker, roles: [{ roleId: "admin" }] }, ["roles.0.roleId"]],
    ["the name of a division as its id", { ...worker, roles: [{ roleId, divisionId: "Home" }] }, ["roles.0.divisionId"]],
    [
      "a division with an id and a name",
      { ...worker, roles: [{ roleId, divisionId, divisionName: "Home" }] },
      ["roles.0.divisionName"],
    ],
    ["a role that is a string", { ...worker, roles: ["admin"] }, ["roles.0"]],
    ["an unknown member of a role", { ...worker, roles: [{ roleId, division: "*" }] }, ["roles.0.division"]],
    ["two scopes in one string", { ...desk, scopes: ["users routing"] }, ["scopes.0"]],
    ["a redirect URI without a scheme", { ...desk, redirectUris: ["/callback"] }, ["redirectUris.0"]],
    ["a redirect URI with a fragment", { ...desk, redirectUris: ["https://a.test/#b"] }, ["redirectUris.0"]],
    ["a validity below 5 minutes", { ...desk, accessTokenValidityMs: 299_000 }, ["accessTokenValidityMs"]],
    [
      "a validity that looks like seconds",
      { ...desk, accessTokenValidityMs: 86_400 },
      ["accessTokenValidityMs", "accessTokenValidityMs"],
    ],
    ["a validity with a fraction of a second", { ...desk, accessTokenValidityMs: 300_500 }, ["accessTokenValidityMs"]],
    ["a validity above 48 hours without forScim", { ...desk, accessTokenValidityMs: 172_801_000 }, ["accessTokenValidityMs"]],
    ["a validity above 450 days", { ...desk, accessTokenValidityMs: 38_880_001_000, forScim: true }, ["accessTokenValidityMs"]],
    ["a state that only the vendor sets", { ...desk, state: "disabled" }, ["state"]],
    ["an additional field that has its own field", { ...desk, additionalFields: { scope: [] } }, ["additionalFields.scope"]],
    ["a secret in additionalFields", { ...desk, additionalFields: { secret: "s" } }, ["additionalFields.secret"]],
    [
      "an additional field named __proto__",
      { ...desk, additionalFields: JSON.parse('{"allowedIps": [{"__proto__": {}}]}') },
      ["additionalFields"],
    ],
    ["a circular reference in additionalFields", { ...desk, additionalFields: { circle } }, ["additionalFields.circle"]],
    ["a field with the API's name", { ...desk, registeredRedirectUri: [] }, ["registeredRedirectUri"]],
  ])("rejects %s", (_, input, expected) => {
    expect(paths(() => parseCreateInput(input))).toEqual(expected);
  });

  test("the error of a long validity names forScim", () => {
    expect(fault(() => parseCreateInput({ ...desk, accessTokenValidityMs: 200_000_000 })).message).toContain("forScim");
  });
});

describe("parseChanges rejects invalid changes and names the field", () => {
  test.each<[string, unknown, string[]]>([
    ["an empty name", { name: "" }, ["name"]],
    ["null as the name", { name: null }, ["name"]],
    ["null as a list", { scopes: null }, ["scopes"]],
    ["a validity above 48 hours without forScim", { accessTokenValidityMs: 172_801_000 }, ["accessTokenValidityMs"]],
    ["a state that only the vendor sets", { state: "deleted" }, ["state"]],
    ["the id", { id: "x" }, ["id"]],
    ["the secret", { clientSecret: "x" }, ["clientSecret"]],
  ])("rejects %s", (_, changes, expected) => {
    expect(paths(() => parseChanges(changes))).toEqual(expected);
  });
});

describe("invalid arguments and options are rejected", () => {
  test.each([{}, { name: "" }, { id: "" }, { name: "a", id: "b" }, "name", { title: "a" }])(
    "integrationCredential: %o",
    (integrationCredential) => {
      const act = () => parseSecretOptions({ integrationCredential }, "create client");
      expect(paths(act)[0]).toMatch(/^integrationCredential/);
    },
  );

  test.each([undefined, {}, { clientId: "a" }, { clientId: "a", clientSecret: "" }])("credentials: %o", (credentials) => {
    expect(paths(() => parseCredentials(credentials, "x"))[0]).toMatch(/^credentials/);
  });

  test.each([undefined, "", ".", "..", "a/b", "a b", "a|b", 7])("an id: %o", (id) => {
    expect(paths(() => parseId(id, "get client"))).toEqual(["id"]);
  });

  test.each<[unknown, unknown, string]>([
    ["", undefined, "id"],
    ["an-id|s3cr3t-canary", undefined, "id"],
    [{ id: "a", secret: "b" }, undefined, "secret"],
    [{ id: "a", clientSecret: "" }, undefined, "clientSecret"],
    ["a", { verifySecret: "yes" }, "verifySecret"],
  ])("import of %o with the options %o", (reference, options, path) => {
    const parse = () => [parseImportOptions(options), parseImportReference(reference)];
    expect(paths(parse)).toEqual([path]);
  });
});

describe("the requirements of a grant type", () => {
  test.each<[string, unknown[] | undefined, string[] | undefined, string[]]>([
    ["client_credentials", [], [], ["roles"]],
    ["client_credentials", undefined, ["users"], ["roles"]],
    ["client_credentials", [1], ["left over"], []],
    ["password", [], [], ["scopes"]],
    ["implicit", [1], ["users"], ["roles"]],
    ["authorization_code", undefined, ["users"], []],
  ])("grant type %s with roles %o and scopes %o", (grant, roles, scopes, expected) => {
    expect(grantIssues(grant, roles, scopes).map(({ path }) => path)).toEqual(expected);
  });
});

describe("a valid input is returned unchanged", () => {
  test.each<[string, unknown]>([
    ["client_credentials", { ...worker, roles: [{ roleId }, { roleName: "admin", divisionId: "*" }, { roleId, divisionId }] }],
    ["authorization_code", { ...desk, redirectUris: ["https://a.test/callback", "http://localhost/x", "com.acme.app:/done"] }],
    ["authorization_code without a redirect URI", desk],
    ["SAML2 bearer assertions", { ...desk, grantType: "urn:ietf:params:oauth:grant-type:saml2-bearer" }],
    ["passwords", { ...desk, grantType: "password" }],
    ["the implicit grant", { ...desk, grantType: "implicit" }],
    ["the shortest validity", { ...desk, accessTokenValidityMs: 300_000 }],
    ["the longest validity", { ...desk, accessTokenValidityMs: 172_800_000 }],
    ["the longest validity of SCIM", { ...worker, accessTokenValidityMs: 38_880_000_000, forScim: true }],
    [
      "additional fields",
      { ...worker, additionalFields: { allowedIps: ["192.0.2.0/24"], more: { a: null } }, state: "inactive" },
    ],
  ])("with %s", (_, input) => {
    expect(parseCreateInput(input)).toEqual(input);
  });

  test("valid changes are returned unchanged", () => {
    const changes = {
      description: null,
      accessTokenValidityMs: null,
      scopes: [],
      roles: [],
      redirectUris: [],
      state: "active",
    };
    expect(parseChanges(changes)).toEqual(changes);
    expect(parseChanges({})).toEqual({});
  });

  test("an integration credential by name, by id, or none is accepted", () => {
    for (const integrationCredential of [{ name: "a" }, { id: roleId }, undefined])
      expect(parseSecretOptions({ integrationCredential }, "x").integrationCredential).toEqual(integrationCredential);
    expect(parseSecretOptions(undefined, "x")).toEqual({});
  });

  test("a reference is accepted as text and as an object", () => {
    expect(parseImportReference("a")).toEqual({ id: "a" });
    expect(parseImportReference({ id: "a", clientSecret: "s" })).toEqual({ id: "a", clientSecret: "s" });
    expect(parseImportOptions({ verifySecret: true })).toEqual({ verifySecret: true });
  });
});
