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
    ["in the vendor's spelling", { client_name: "x" }, "client_name"],
    ["an empty name", { name: "" }, "name"],
    ["a name of another type", { name: 7 }, "name"],
    ["an unknown grant type", { grantTypes: ["client_credential"] }, "grantTypes.0"],
    ["an unknown response type", { responseTypes: ["code", "tokens"] }, "responseTypes.1"],
    ["an unknown authentication method", { tokenEndpointAuthMethod: "basic" }, "tokenEndpointAuthMethod"],
    ["client_secret_jwt, which Ory lacks", { tokenEndpointAuthMethod: "client_secret_jwt" }, "tokenEndpointAuthMethod"],
    ["an unknown signing algorithm", { tokenEndpointAuthSigningAlg: "EdDSA" }, "tokenEndpointAuthSigningAlg"],
    ["an unknown algorithm of request objects", { requestObjectSigningAlg: "HS256" }, "requestObjectSigningAlg"],
    ["an unknown algorithm of user info", { userinfoSignedResponseAlg: "ES256" }, "userinfoSignedResponseAlg"],
    ["an unknown subject type", { subjectType: "private" }, "subjectType"],
    ["an unknown strategy", { accessTokenStrategy: "paseto" }, "accessTokenStrategy"],
    ["no scope at all", { scopes: [] }, "scopes"],
    ["scopes as text", { scopes: "read write" }, "scopes"],
    ["a scope with a blank", { scopes: ["read write"] }, "scopes.0"],
    ["an empty scope", { scopes: ["read", ""] }, "scopes.1"],
    ["a scope with a quote", { scopes: ['a"b'] }, "scopes.0"],
    ["an audience with a blank", { audience: ["https://a.test b"] }, "audience.0"],
    ["a redirect with a fragment", { redirectUris: ["https://a.test/cb#x"] }, "redirectUris.0"],
    ["a redirect with an empty fragment", { redirectUris: ["https://a.test/cb#"] }, "redirectUris.0"],
    ["a redirect that is relative", { redirectUris: ["a.test/cb"] }, "redirectUris.0"],
    ["a logout redirect that is relative", { postLogoutRedirectUris: ["bye"] }, "postLogoutRedirectUris.0"],
    ["metadata that is a list", { metadata: [1] }, "metadata"],
    ["metadata that is text", { metadata: "{}" }, "metadata"],
    ["metadata with a function", { metadata: { a: () => 1 } }, "metadata.a"],
    ["metadata with a date", { metadata: { a: new Date(0) } }, "metadata.a"],
    ["metadata with a number that JSON lacks", { metadata: { a: { b: Number.NaN } } }, "metadata.a.b"],
    ["metadata with undefined", { metadata: { a: undefined } }, "metadata.a"],
    ["metadata with a big integer", { metadata: { a: 1n } }, "metadata.a"],
    ["metadata with a __proto__", { metadata: JSON.parse('{"__proto__":{"a":1}}') }, "metadata"],
    ["metadata with a __proto__ inside", { metadata: { a: [JSON.parse('{"__proto__":1}')] } }, "metadata"],
    ["a key with a __proto__", { jwks: { keys: [JSON.parse('{"kty":"RSA","__proto__":{"d":"x"}}')] } }, "jwks.keys.0"],
    ["jwks without keys", { jwks: {} }, "jwks.keys"],
    ["jwks with no key in it", { jwks: { keys: [] } }, "jwks.keys"],
    ["a key without its type", { jwks: { keys: [{ n: "x" }] } }, "jwks.keys.0.kty"],
    ["a key set as text", { jwks: "{}" }, "jwks"],
    ["another member beside keys", { jwks: { keys: [publicKey], extra: 1 } }, "jwks.extra"],
    ["an empty jwksUri", { jwksUri: "" }, "jwksUri"],
    ["a flag as text", { skipConsent: "true" }, "skipConsent"],
    ["a negative lifespan", { lifespans: { implicitGrantIdTokenMs: -1 } }, "lifespans.implicitGrantIdTokenMs"],
    ["half a millisecond", { lifespans: { implicitGrantIdTokenMs: 0.5 } }, "lifespans.implicitGrantIdTokenMs"],
    ["a lifespan as text", { lifespans: { implicitGrantIdTokenMs: "1h" } }, "lifespans.implicitGrantIdTokenMs"],
    ["a lifespan past Go's", { lifespans: { implicitGrantIdTokenMs: 1e13 } }, "lifespans.implicitGrantIdTokenMs"],
    ["an unknown lifespan", { lifespans: { accessTokenMs: 1 } }, "lifespans.accessTokenMs"],
  ])("%s", (_, fields, path) => {
    const error = validationErrorOf(() => parseCreate({ name, ...fields }));
    expect(error.issues.map((issue) => issue.path)).toContain(path);
    expect(error.message).toContain(path);
    expect(error.message).toContain("ory create client");
    if (!("name" in fields)) expect(paths(() => parseUpdate(fields))).toContain(path);
  });

  test.each(["d", "p", "q", "dp", "dq", "qi", "oth", "k"])(
    "the private member %s of a key, and its value is not shown",
    (member) => {
      const error = validationErrorOf(() =>
        parseCreate({ name, jwks: { keys: [publicKey, { ...publicKey, [member]: "very-private" }] } }),
      );
      expect(error.issues.map(({ path }) => path)).toEqual([`jwks.keys.1.${member}`]);
      expect(JSON.stringify(error)).not.toContain("very-private");
    },
  );

  test("metadata that contains itself", () => {
    const metadata: Record<string, unknown> = {};
    metadata.self = metadata;
    expect(paths(() => parseCreate({ name, metadata }))).toEqual(["metadata.self"]);
    expect(paths(() => parsePatch([{ op: "add", path: "/metadata", value: metadata }]))).toEqual(["0.value"]);
  });
});

describe("what only create takes is refused", () => {
  test.each<[string, unknown, string]>([
    ["nothing", undefined, ""],
    ["null", null, ""],
    ["text", "billing", ""],
    ["no name", {}, "name"],
    ["an empty clientId", { name, clientId: "" }, "clientId"],
    ["a dot as clientId", { name, clientId: "." }, "clientId"],
    ["two dots as clientId", { name, clientId: ".." }, "clientId"],
    ["a clientId with a slash", { name, clientId: "a/b" }, "clientId"],
    ["a clientId with a line break", { name, clientId: "a\n" }, "clientId"],
    ["a clientId beyond ASCII", { name, clientId: "ä" }, "clientId"],
    ["a clientId longer than the column", { name, clientId: "a".repeat(256) }, "clientId"],
    ["a short secret", { name, clientSecret: "12345" }, "clientSecret"],
    ["a secret beyond ASCII", { name, clientSecret: "sëcret-1" }, "clientSecret"],
    ["null for a field", { name, owner: null }, "owner"],
  ])("%s", (_, input, path) => expect(paths(() => parseCreate(input))).toContain(path));

  test("and a secret is never repeated", () => {
    expect(JSON.stringify(validationErrorOf(() => parseCreate({ name, clientSecret: "sëcret-1" })))).not.toContain("cret-1");
  });

  test("the error has an issue for every invalid field", () => {
    expect(paths(() => parseCreate({ scopes: [], owner: 7, extra: 1 })).sort()).toEqual(["extra", "name", "owner", "scopes"]);
  });
});

describe("what update does not take is refused", () => {
  test.each(["clientId", "clientSecret", "id", "vendor", "createdAt"])("%s", (field) => {
    expect(paths(() => parseUpdate({ [field]: "abcdef" }))).toEqual([field]);
  });

  test.each(["name", "lifespans"])("null for %s", (field) =>
    expect(paths(() => parseUpdate({ [field]: null }))).toEqual([field]),
  );

  test("nothing at all", () => expect(paths(() => parseUpdate(undefined))).toEqual([""]));
});

describe("a patch is refused", () => {
  const replace = (path: unknown) => [{ op: "replace", path, value: "x" }];

  test.each(["/client_id", "/CLIENT_ID", "/Client_Id", "/id", "/ID", "/client_id/x", "/client_id/"])(
    "when it points at %s",
    (path) => {
      for (const operations of [replace(path), [{ op: "add", path, value: "x" }], [{ op: "remove", path }]]) {
        const error = validationErrorOf(() => parsePatch(operations));
        expect(error.issues).toEqual([{ path: "0.path", message: "the id of a client cannot be changed" }]);
      }
    },
  );

  test.each(["", "client_name", "client_name/a", "#/client_name", "/a~2b", "/a~", "/a/~/b", 7, undefined])(
    "when %j is no pointer",
    (path) => expect(paths(() => parsePatch(replace(path)))).toEqual(["0.path"]),
  );

  test.each<[string, unknown, string]>([
    ["is no list", { op: "remove", path: "/a" }, ""],
    ["is empty", [], ""],
    ["moves", [{ op: "move", from: "/a", path: "/b" }], "0.op"],
    ["copies", [{ op: "copy", from: "/a", path: "/b" }], "0.op"],
    ["tests", [{ op: "test", path: "/a", value: 1 }], "0.op"],
    ["adds nothing", [{ op: "add", path: "/a" }], "0.value"],
    ["adds what JSON lacks", [{ op: "add", path: "/a", value: () => 1 }], "0.value"],
    ["adds a __proto__", [{ op: "add", path: "/metadata", value: JSON.parse('{"a":{"__proto__":1}}') }], "0.value"],
    ["removes a value", [{ op: "remove", path: "/a", value: 1 }], "0.value"],
    [
      "has a fault further on",
      [
        { op: "remove", path: "/a" },
        { op: "remove", path: "b" },
      ],
      "1.path",
    ],
  ])("when it %s", (_, operations, path) => expect(paths(() => parsePatch(operations))).toContain(path));

  const privateKey = { ...publicKey, d: "very-private", OTH: [{ r: "very-private" }] };

  test.each<[string, unknown, string[]]>([
    ["/jwks", { keys: [publicKey, privateKey] }, ["0.value.keys.1.d", "0.value.keys.1.OTH"]],
    ["/JWKS", { Keys: [privateKey] }, ["0.value.Keys.0.d", "0.value.Keys.0.OTH"]],
    ["/jwks/keys", [privateKey], ["0.value.0.d", "0.value.0.OTH"]],
    ["/jwks/keys/-", privateKey, ["0.value.d", "0.value.OTH"]],
    ["/jwks/keys/0/d", "very-private", ["0.path"]],
    ["/jwks/keys/0/oth/0/r", "very-private", ["0.path"]],
    ["/Jwks/Keys/0/K", "very-private", ["0.path"]],
  ])("when it puts a private key at %s, and its value is not shown", (path, value, expected) => {
    for (const op of ["add", "replace"]) {
      const error = validationErrorOf(() => parsePatch([{ op, path, value }]));
      expect(error.issues.map((issue) => issue.path)).toEqual(expected);
      expect(error.message).toContain("private member");
      expect(JSON.stringify(error)).not.toContain("very-private");
    }
  });

  test.each(["d", "p", "q", "dp", "dq", "qi", "oth", "k"])("for the private member %s of a key", (member) => {
    const value = { ...publicKey, [member]: "x" };
    expect(paths(() => parsePatch([{ op: "add", path: "/jwks/keys/0", value }]))).toEqual([`0.value.${member}`]);
    expect(paths(() => parsePatch([{ op: "add", path: `/jwks/keys/0/${member}`, value: "x" }]))).toEqual(["0.path"]);
  });

  test("but not when it adds public keys, takes private members away, or has such names elsewhere", () => {
    for (const operation of [
      { op: "replace", path: "/jwks", value: { keys: [publicKey] } },
      { op: "add", path: "/jwks/keys/-", value: publicKey },
      { op: "remove", path: "/jwks/keys/0/d" },
      { op: "add", path: "/metadata/d", value: { k: 1 } },
      { op: "add", path: "/jwks_uri", value: "https://keys.test/d" },
    ])
      expect(parsePatch([operation])).toEqual([operation]);
  });

  test("but not for what only looks alike", () => {
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

  test("takes the time that its length takes", () => {
    const long = `/${"a".repeat(50_000)}~`;
    expect(paths(() => parsePatch(replace(long)))).toEqual(["0.path"]);
  });
});

describe("an option of a call is refused", () => {
  test.each<[string, unknown, string]>([
    ["unknown", { filter: "x" }, "filter"],
    ["in the vendor's spelling", { page_size: 5 }, "page_size"],
    ["an empty name", { name: "" }, "name"],
    ["an owner of another type", { owner: 7 }, "owner"],
    ["a page of nothing", { pageSize: 0 }, "pageSize"],
    ["a page past the server's cap", { pageSize: 501 }, "pageSize"],
    ["half a client", { pageSize: 1.5 }, "pageSize"],
    ["a signal that is none", { signal: {} }, "signal"],
  ])("list: %s", (_, options, path) => expect(paths(() => parseListOptions(options))).toEqual([path]));

  test.each<[string, unknown, unknown, string]>([
    ["no reference", undefined, undefined, ""],
    ["an empty id", "", undefined, "id"],
    ["no id", { clientSecret: "abcdef" }, undefined, "id"],
    ["another word for the id", { clientId: "a" }, undefined, "clientId"],
    ["another word for the secret", { id: "a", client_secret: "abcdef" }, undefined, "client_secret"],
    ["an empty secret", { id: "a", clientSecret: "" }, undefined, "clientSecret"],
    ["a secret with a line break", { id: "a", clientSecret: "abcdef\n" }, undefined, "clientSecret"],
    ["verifySecret as text", "a", { verifySecret: "yes" }, "verifySecret"],
    ["an unknown option", "a", { verify: true }, "verify"],
  ])("import: %s", (_, reference, options, path) => {
    const error = validationErrorOf(() => [parseImportReference(reference), parseImportOptions(options)]);
    expect(error.issues.map((issue) => issue.path)).toContain(path);
    expect(JSON.stringify(error)).not.toContain("abcdef");
  });

  test.each<[string, unknown, string]>([
    ["scopes as text", { scopes: "read" }, "scopes"],
    ["a scope with a blank", { scopes: ["a b"] }, "scopes.0"],
    ["an unknown option", { scope: "read" }, "scope"],
  ])("introspect: %s", (_, options, path) => expect(paths(() => parseIntrospectOptions(options))).toEqual([path]));

  test.each([[undefined], [""], [null], [7]])("%j where text has to be", (value) => {
    expect(paths(() => parseToken(value, "revoke token"))).toEqual(["token"]);
  });
});

describe("a combination that cannot work is refused", () => {
  const issues = (client: Parameters<typeof validateCombinations>[0]) =>
    paths(() => validateCombinations(client, "create client"));

  test("none with client_credentials", () => {
    expect(issues({ token_endpoint_auth_method: "none", grant_types: ["authorization_code", "client_credentials"] })).toEqual([
      "grantTypes",
    ]);
  });

  test("none with a secret", () => {
    expect(issues({ token_endpoint_auth_method: "none", client_secret: "abcdef" })).toEqual(["clientSecret"]);
  });

  test("private_key_jwt without keys", () =>
    expect(issues({ token_endpoint_auth_method: "private_key_jwt" })).toEqual(["jwks"]));

  test("keys in two places", () => {
    expect(issues({ jwks: { keys: [publicKey] }, jwks_uri: "https://a.test/jwks" })).toEqual(["jwks"]);
  });

  test("and everything else is not", () => {
    validateCombinations({}, "create client");
    validateCombinations({ grant_types: ["client_credentials"] }, "create client");
    validateCombinations({ token_endpoint_auth_method: "none", grant_types: ["authorization_code"] }, "create client");
    validateCombinations({ token_endpoint_auth_method: "private_key_jwt", jwks_uri: "https://a.test/jwks" }, "create client");
  });
});

test("allowUnknownValues lets unknown names pass, and nothing else", () => {
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

test("every documented value passes", () => {
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

test("what the server takes passes: any scheme of a redirect, a path alone, a fragment behind a logout", () => {
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
  ])("A call without options of its own rejects %s.", (_, options, path) => {
    const error = validationErrorOf(() => parseCallOptions(options, "get client"));
    expect(error.issues.map((issue) => issue.path)).toEqual([path]);
    expect(error.message).toContain("ory get client: ");
  });

  test("A call that returns a secret accepts a secret sink, and rejects options of other methods.", () => {
    const secretSink = () => undefined;
    expect(parseSecretOptions({ secretSink }, "create client")).toEqual({ secretSink });
    expect(parseSecretOptions(undefined, "create client")).toEqual({});
    expect(paths(() => parseSecretOptions({ owner: "me" }, "create client"))).toEqual(["owner"]);
  });

  test.each(["", ".", "..", "\ud800", 7, undefined, null])("The id %j is rejected.", (id) => {
    expect(paths(() => parseId(id, "get client"))).toEqual(["id"]);
  });

  test("An id with a slash or a percent sign is accepted: it is encoded in the path.", () => {
    expect(parseId("a/b%2F", "get client")).toBe("a/b%2F");
  });
});
