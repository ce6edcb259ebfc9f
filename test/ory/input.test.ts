import { describe, expect, test } from "vitest";
import { ValidationError } from "../../src/core/errors.js";
import { lifespanNames } from "../../src/ory/convert.js";
import { longestDurationMs } from "../../src/ory/durations.js";
import {
  parseCallOptions,
  parseChanges,
  parseCreateInput,
  parseId,
  parseImportOptions,
  parseImportReference,
  parseIntrospectOptions,
  parseListOptions,
  parsePatch,
  parseSecretOptions,
  parseToken,
  validateCombinations,
} from "../../src/ory/input.js";
import { publicKey } from "./setup.js";

const parseCreate = (input: unknown) => parseCreateInput(input, false);
const parseUpdate = (changes: unknown) => parseChanges(changes, false);
const parseCreateWithUnknownValues = (input: unknown) => parseCreateInput(input, true);

function validationErrorOf(work: () => unknown): ValidationError {
  try {
    work();
  } catch (error) {
    expect(error).toBeInstanceOf(ValidationError);
    expect(error).toMatchObject({ outcome: "not_applied", vendor: "ory" });
    return error as ValidationError;
  }
  throw new Error("expected a ValidationError");
}

function paths(work: () => unknown): string[] {
  return validationErrorOf(work).issues.map(({ path }) => path);
}

const name = "billing";

describe("create and update reject a field of a client that is", () => {
  test.each<[string, Record<string, unknown>, string]>([
    ["unknown", { nmae: "x" }, "nmae"],
    ["a member name of the vendor", { client_name: "x" }, "client_name"],
    ["an empty name", { name: "" }, "name"],
    ["a name of another type", { name: 7 }, "name"],
    ["an unknown grant type", { grantTypes: ["client_credential"] }, "grantTypes.0"],
    ["an unknown response type", { responseTypes: ["code", "tokens"] }, "responseTypes.1"],
    ["an unknown authentication method", { tokenEndpointAuthMethod: "basic" }, "tokenEndpointAuthMethod"],
    [
      "client_secret_jwt, which Ory does not support",
      { tokenEndpointAuthMethod: "client_secret_jwt" },
      "tokenEndpointAuthMethod",
    ],
    ["an unknown signing algorithm", { tokenEndpointAuthSigningAlg: "EdDSA" }, "tokenEndpointAuthSigningAlg"],
    ["an unknown algorithm of request objects", { requestObjectSigningAlg: "HS256" }, "requestObjectSigningAlg"],
    ["an unknown algorithm of user info", { userinfoSignedResponseAlg: "ES256" }, "userinfoSignedResponseAlg"],
    ["an unknown subject type", { subjectType: "private" }, "subjectType"],
    ["an unknown strategy", { accessTokenStrategy: "paseto" }, "accessTokenStrategy"],
    ["an empty list of scopes", { scopes: [] }, "scopes"],
    ["scopes as a string", { scopes: "read write" }, "scopes"],
    ["a scope with a space", { scopes: ["read write"] }, "scopes.0"],
    ["an empty scope", { scopes: ["read", ""] }, "scopes.1"],
    ["a scope with a quote", { scopes: ['a"b'] }, "scopes.0"],
    ["an audience with a space", { audience: ["https://a.test b"] }, "audience.0"],
    ["a redirect with a fragment", { redirectUris: ["https://a.test/cb#x"] }, "redirectUris.0"],
    ["a redirect with an empty fragment", { redirectUris: ["https://a.test/cb#"] }, "redirectUris.0"],
    ["a redirect that is relative", { redirectUris: ["a.test/cb"] }, "redirectUris.0"],
    ["a logout redirect that is relative", { postLogoutRedirectUris: ["bye"] }, "postLogoutRedirectUris.0"],
    ["metadata that is an array", { metadata: [1] }, "metadata"],
    ["metadata that is a string", { metadata: "{}" }, "metadata"],
    ["metadata with a function", { metadata: { a: () => 1 } }, "metadata.a"],
    ["metadata with a date", { metadata: { a: new Date(0) } }, "metadata.a"],
    ["metadata with a number that JSON cannot represent", { metadata: { a: { b: Number.NaN } } }, "metadata.a.b"],
    ["metadata with undefined", { metadata: { a: undefined } }, "metadata.a"],
    ["metadata with a big integer", { metadata: { a: 1n } }, "metadata.a"],
    ["metadata with a __proto__", { metadata: JSON.parse('{"__proto__":{"a":1}}') }, "metadata"],
    ["metadata with a __proto__ inside", { metadata: { a: [JSON.parse('{"__proto__":1}')] } }, "metadata"],
    ["a key with a __proto__", { jwks: { keys: [JSON.parse('{"kty":"RSA","__proto__":{"d":"x"}}')] } }, "jwks.keys.0"],
    ["jwks without keys", { jwks: {} }, "jwks.keys"],
    ["jwks with an empty list of keys", { jwks: { keys: [] } }, "jwks.keys"],
    ["a key without its type", { jwks: { keys: [{ n: "x" }] } }, "jwks.keys.0.kty"],
    ["a key set as a string", { jwks: "{}" }, "jwks"],
    ["another member beside keys", { jwks: { keys: [publicKey], extra: 1 } }, "jwks.extra"],
    ["an empty jwksUri", { jwksUri: "" }, "jwksUri"],
    ["a boolean as a string", { skipConsent: "true" }, "skipConsent"],
    ["a negative lifespan", { lifespans: { implicitGrantIdTokenMs: -1 } }, "lifespans.implicitGrantIdTokenMs"],
    ["half a millisecond", { lifespans: { implicitGrantIdTokenMs: 0.5 } }, "lifespans.implicitGrantIdTokenMs"],
    ["a lifespan as a string", { lifespans: { implicitGrantIdTokenMs: "1h" } }, "lifespans.implicitGrantIdTokenMs"],
    ["a lifespan above the maximum of Go", { lifespans: { implicitGrantIdTokenMs: 1e13 } }, "lifespans.implicitGrantIdTokenMs"],
    ["an unknown lifespan", { lifespans: { accessTokenMs: 1 } }, "lifespans.accessTokenMs"],
  ])("%s", (_, fields, path) => {
    const error = validationErrorOf(() => parseCreate({ name, ...fields }));
    expect(error.issues.map((issue) => issue.path)).toContain(path);
    expect(error.message).toContain(path);
    expect(error.message).toContain("ory create client");
    if (!("name" in fields)) expect(paths(() => parseUpdate(fields))).toContain(path);
  });

  test.each(["d", "p", "q", "dp", "dq", "qi", "oth", "k"])(
    "the private member %s of a key, without its value in the error",
    (member) => {
      const error = validationErrorOf(() =>
        parseCreate({ name, jwks: { keys: [publicKey, { ...publicKey, [member]: "very-private" }] } }),
      );
      expect(error.issues.map(({ path }) => path)).toEqual([`jwks.keys.1.${member}`]);
      expect(JSON.stringify(error)).not.toContain("very-private");
    },
  );

  test("circular metadata", () => {
    const metadata: Record<string, unknown> = {};
    metadata.self = metadata;
    expect(paths(() => parseCreate({ name, metadata }))).toEqual(["metadata.self"]);
    expect(paths(() => parsePatch([{ op: "add", path: "/metadata", value: metadata }]))).toEqual(["0.value"]);
  });
});

describe("create rejects", () => {
  test.each<[string, unknown, string]>([
    ["undefined", undefined, ""],
    ["null", null, ""],
    ["a string", "billing", ""],
    ["no name", {}, "name"],
    ["an empty clientId", { name, clientId: "" }, "clientId"],
    ["a dot as clientId", { name, clientId: "." }, "clientId"],
    ["two dots as clientId", { name, clientId: ".." }, "clientId"],
    ["a clientId with a slash", { name, clientId: "a/b" }, "clientId"],
    ["a clientId with a line break", { name, clientId: "a\n" }, "clientId"],
    ["a clientId beyond ASCII", { name, clientId: "ä" }, "clientId"],
    ["a clientId longer than 255 characters", { name, clientId: "a".repeat(256) }, "clientId"],
    ["a short secret", { name, clientSecret: "12345" }, "clientSecret"],
    ["a secret beyond ASCII", { name, clientSecret: "sëcret-1" }, "clientSecret"],
    ["null for a field", { name, owner: null }, "owner"],
  ])("%s", (_, input, path) => expect(paths(() => parseCreate(input))).toContain(path));

  test("a secret without repeating it", () => {
    expect(JSON.stringify(validationErrorOf(() => parseCreate({ name, clientSecret: "sëcret-1" })))).not.toContain("cret-1");
  });

  test("every invalid field with its own issue", () => {
    expect(paths(() => parseCreate({ scopes: [], owner: 7, extra: 1 })).sort()).toEqual(["extra", "name", "owner", "scopes"]);
  });
});

describe("update rejects", () => {
  test.each(["clientId", "clientSecret", "id", "vendor", "createdAt"])("%s", (field) => {
    expect(paths(() => parseUpdate({ [field]: "abcdef" }))).toEqual([field]);
  });

  test.each(["name", "lifespans"])("null for %s", (field) =>
    expect(paths(() => parseUpdate({ [field]: null }))).toEqual([field]),
  );

  test("undefined", () => expect(paths(() => parseUpdate(undefined))).toEqual([""]));
});

describe("parsePatch", () => {
  const replace = (path: unknown) => [{ op: "replace", path, value: "x" }];

  test.each(["/client_id", "/CLIENT_ID", "/Client_Id", "/id", "/ID", "/client_id/x", "/client_id/"])(
    "rejects the path %s, because the id is immutable",
    (path) => {
      for (const operations of [replace(path), [{ op: "add", path, value: "x" }], [{ op: "remove", path }]]) {
        const error = validationErrorOf(() => parsePatch(operations));
        expect(error.issues).toEqual([{ path: "0.path", message: "the id of a client cannot be changed" }]);
      }
    },
  );

  test.each(["", "client_name", "client_name/a", "#/client_name", "/a~2b", "/a~", "/a/~/b", 7, undefined])(
    "rejects the invalid pointer %j",
    (path) => expect(paths(() => parsePatch(replace(path)))).toEqual(["0.path"]),
  );

  test.each<[string, unknown, string]>([
    ["is not an array", { op: "remove", path: "/a" }, ""],
    ["is empty", [], ""],
    ["has a move operation", [{ op: "move", from: "/a", path: "/b" }], "0.op"],
    ["has a copy operation", [{ op: "copy", from: "/a", path: "/b" }], "0.op"],
    ["has a test operation", [{ op: "test", path: "/a", value: 1 }], "0.op"],
    ["adds no value", [{ op: "add", path: "/a" }], "0.value"],
    ["adds a value that JSON cannot represent", [{ op: "add", path: "/a", value: () => 1 }], "0.value"],
    ["adds a __proto__", [{ op: "add", path: "/metadata", value: JSON.parse('{"a":{"__proto__":1}}') }], "0.value"],
    ["removes a value", [{ op: "remove", path: "/a", value: 1 }], "0.value"],
    [
      "has an invalid second operation",
      [
        { op: "remove", path: "/a" },
        { op: "remove", path: "b" },
      ],
      "1.path",
    ],
  ])("rejects a patch that %s", (_, operations, path) => expect(paths(() => parsePatch(operations))).toContain(path));

  const privateKey = { ...publicKey, d: "very-private", OTH: [{ r: "very-private" }] };

  test.each<[string, unknown, string[]]>([
    ["/jwks", { keys: [publicKey, privateKey] }, ["0.value.keys.1.d", "0.value.keys.1.OTH"]],
    ["/JWKS", { Keys: [privateKey] }, ["0.value.Keys.0.d", "0.value.Keys.0.OTH"]],
    ["/jwks/keys", [privateKey], ["0.value.0.d", "0.value.0.OTH"]],
    ["/jwks/keys/-", privateKey, ["0.value.d", "0.value.OTH"]],
    ["/jwks/keys/0/d", "very-private", ["0.path"]],
    ["/jwks/keys/0/oth/0/r", "very-private", ["0.path"]],
    ["/Jwks/Keys/0/K", "very-private", ["0.path"]],
  ])("rejects a private key at %s, without its value in the error", (path, value, expected) => {
    for (const op of ["add", "replace"]) {
      const error = validationErrorOf(() => parsePatch([{ op, path, value }]));
      expect(error.issues.map((issue) => issue.path)).toEqual(expected);
      expect(error.message).toContain("private member");
      expect(JSON.stringify(error)).not.toContain("very-private");
    }
  });

  test.each(["d", "p", "q", "dp", "dq", "qi", "oth", "k"])("rejects the private member %s of a key", (member) => {
    const value = { ...publicKey, [member]: "x" };
    expect(paths(() => parsePatch([{ op: "add", path: "/jwks/keys/0", value }]))).toEqual([`0.value.${member}`]);
    expect(paths(() => parsePatch([{ op: "add", path: `/jwks/keys/0/${member}`, value: "x" }]))).toEqual(["0.path"]);
  });

  test("accepts public keys, the removal of private members, and equal names elsewhere", () => {
    for (const operation of [
      { op: "replace", path: "/jwks", value: { keys: [publicKey] } },
      { op: "add", path: "/jwks/keys/-", value: publicKey },
      { op: "remove", path: "/jwks/keys/0/d" },
      { op: "add", path: "/metadata/d", value: { k: 1 } },
      { op: "add", path: "/jwks_uri", value: "https://keys.test/d" },
    ])
      expect(parsePatch([operation])).toEqual([operation]);
  });

  test("accepts paths that only resemble the id", () => {
    for (const path of [
      "/metadata/client_id",
      "/metadata/id",
      "/client_id_x",
      "/xclient_id",
      "/client~0id",
      "/client~1id",
      "/ids",
    ])
      expect(parsePatch(replace(path))).toEqual(replace(path));
  });

  test("needs time in proportion to the length of its input", () => {
    const long = `/${"a".repeat(50_000)}~`;
    expect(paths(() => parsePatch(replace(long)))).toEqual(["0.path"]);
  });
});

describe("an option of an operation is rejected", () => {
  test.each<[string, unknown, string]>([
    ["unknown", { filter: "x" }, "filter"],
    ["a parameter name of the vendor", { page_size: 5 }, "page_size"],
    ["an empty name", { name: "" }, "name"],
    ["an owner of another type", { owner: 7 }, "owner"],
    ["a page size of 0", { pageSize: 0 }, "pageSize"],
    ["a page size above the server's maximum", { pageSize: 501 }, "pageSize"],
    ["a fraction as the page size", { pageSize: 1.5 }, "pageSize"],
    ["an invalid signal", { signal: {} }, "signal"],
  ])("list: %s", (_, options, path) => expect(paths(() => parseListOptions(options))).toEqual([path]));

  test.each<[string, unknown, unknown, string]>([
    ["no reference", undefined, undefined, ""],
    ["an empty id", "", undefined, "id"],
    ["no id", { clientSecret: "abcdef" }, undefined, "id"],
    ["another name of the id", { clientId: "a" }, undefined, "clientId"],
    ["another name of the secret", { id: "a", client_secret: "abcdef" }, undefined, "client_secret"],
    ["an empty secret", { id: "a", clientSecret: "" }, undefined, "clientSecret"],
    ["a secret with a line break", { id: "a", clientSecret: "abcdef\n" }, undefined, "clientSecret"],
    ["verifySecret as a string", "a", { verifySecret: "yes" }, "verifySecret"],
    ["an unknown option", "a", { verify: true }, "verify"],
  ])("import: %s", (_, reference, options, path) => {
    const error = validationErrorOf(() => [parseImportReference(reference), parseImportOptions(options)]);
    expect(error.issues.map((issue) => issue.path)).toContain(path);
    expect(JSON.stringify(error)).not.toContain("abcdef");
  });

  test.each<[string, unknown, string]>([
    ["scopes as a string", { scopes: "read" }, "scopes"],
    ["a scope with a space", { scopes: ["a b"] }, "scopes.0"],
    ["an unknown option", { scope: "read" }, "scope"],
  ])("introspect: %s", (_, options, path) => expect(paths(() => parseIntrospectOptions(options))).toEqual([path]));

  test.each([[undefined], [""], [null], [7]])("parseToken rejects %j", (value) => {
    expect(paths(() => parseToken(value, "revoke token"))).toEqual(["token"]);
  });
});

describe("validateCombinations", () => {
  const issues = (client: Parameters<typeof validateCombinations>[0]) =>
    paths(() => validateCombinations(client, "create client"));

  test("rejects the method none with client_credentials", () => {
    expect(issues({ token_endpoint_auth_method: "none", grant_types: ["authorization_code", "client_credentials"] })).toEqual([
      "grantTypes",
    ]);
  });

  test("rejects the method none with a secret", () => {
    expect(issues({ token_endpoint_auth_method: "none", client_secret: "abcdef" })).toEqual(["clientSecret"]);
  });

  test("rejects private_key_jwt without keys", () =>
    expect(issues({ token_endpoint_auth_method: "private_key_jwt" })).toEqual(["jwks"]));

  test("rejects jwks and jwksUri together", () => {
    expect(issues({ jwks: { keys: [publicKey] }, jwks_uri: "https://a.test/jwks" })).toEqual(["jwks"]);
  });

  test("accepts all other combinations", () => {
    validateCombinations({}, "create client");
    validateCombinations({ grant_types: ["client_credentials"] }, "create client");
    validateCombinations({ token_endpoint_auth_method: "none", grant_types: ["authorization_code"] }, "create client");
    validateCombinations({ token_endpoint_auth_method: "private_key_jwt", jwks_uri: "https://a.test/jwks" }, "create client");
  });
});

test("allowUnknownValues accepts unknown values of enumerations, and nothing else", () => {
  const unknown = {
    name,
    grantTypes: ["urn:new"],
    responseTypes: ["new"],
    tokenEndpointAuthMethod: "tls_client_auth",
    tokenEndpointAuthSigningAlg: "EdDSA",
    requestObjectSigningAlg: "EdDSA",
    userinfoSignedResponseAlg: "ES256",
    subjectType: "new",
    accessTokenStrategy: "new",
  };
  expect(parseCreateWithUnknownValues(unknown)).toEqual(unknown);
  expect(paths(() => parseCreate(unknown)).sort()).toEqual(
    Object.keys(unknown)
      .filter((field) => field !== "name")
      .map((field) => (field.endsWith("Types") ? `${field}.0` : field))
      .sort(),
  );
  expect(paths(() => parseCreateWithUnknownValues({ name, grantTypes: [""], extra: 1 })).sort()).toEqual([
    "extra",
    "grantTypes.0",
  ]);
});

test("parseCreateInput accepts every documented value", () => {
  const families = ["RS", "PS", "ES"].flatMap((family) => ["256", "384", "512"].map((bits) => family + bits));
  for (const tokenEndpointAuthSigningAlg of families) expect(parseCreate({ name, tokenEndpointAuthSigningAlg })).toBeTruthy();
  const code = ["code", "token", "id_token", "token id_token", "code token", "code id_token", "code token id_token"];
  const grants = ["authorization_code", "client_credentials", "implicit", "refresh_token"];
  const urns = ["urn:ietf:params:oauth:grant-type:device_code", "urn:ietf:params:oauth:grant-type:jwt-bearer"];
  const input = { name, responseTypes: code, grantTypes: [...grants, ...urns] };
  expect(parseCreate(input)).toEqual(input);
  for (const tokenEndpointAuthMethod of ["client_secret_basic", "client_secret_post", "private_key_jwt", "none"])
    expect(parseCreate({ name, tokenEndpointAuthMethod })).toBeTruthy();
});

test("parseCreateInput accepts what the server accepts: any scheme, a relative redirect, and a fragment in a logout redirect", () => {
  const input = {
    name,
    redirectUris: ["http://a.test/cb", "myapp://cb", "com.example:/cb", "/cb", "http://[::1]:3000/cb"],
    postLogoutRedirectUris: ["https://a.test/#/bye"],
    lifespans: Object.fromEntries(Object.keys(lifespanNames).map((lifespan) => [lifespan, longestDurationMs])),
    metadata: { a: [1, null, { b: "c" }], d: true },
    clientId: "any text %2F?",
    clientSecret: "any text ~ 1",
  };
  expect(parseCreate(input)).toEqual(input);
});

describe("options and ids that every method parses", () => {
  test.each<[string, unknown, string]>([
    ["an option of another method", { pageSize: 3 }, "pageSize"],
    ["a secret sink", { secretSink: () => undefined }, "secretSink"],
    ["a timeout of 0 ms", { timeoutMs: 0 }, "timeoutMs"],
    ["a signal that is a plain object", { signal: {} }, "signal"],
    ["null", null, ""],
  ])("an operation without options of its own rejects %s", (_, options, path) => {
    const error = validationErrorOf(() => parseCallOptions(options, "get client"));
    expect(error.issues.map((issue) => issue.path)).toEqual([path]);
    expect(error.message).toContain("ory get client: ");
  });

  test("an operation that returns a secret accepts a secret sink, and rejects options of other operations", () => {
    const secretSink = () => undefined;
    expect(parseSecretOptions({ secretSink }, "create client")).toEqual({ secretSink });
    expect(parseSecretOptions(undefined, "create client")).toEqual({});
    expect(paths(() => parseSecretOptions({ owner: "me" }, "create client"))).toEqual(["owner"]);
  });

  test.each(["", ".", "..", "\ud800", 7, undefined, null])("the id %j is rejected", (id) => {
    expect(paths(() => parseId(id, "get client"))).toEqual(["id"]);
  });

  test("an id with a slash or a percent sign is accepted, because it is encoded in the path", () => {
    expect(parseId("a/b%2F", "get client")).toBe("a/b%2F");
  });
});
