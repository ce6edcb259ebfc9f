import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  lifespanNames,
  mergeChanges,
  privateMembers,
  readClient,
  readIntrospection,
  writeFields,
  writeLifespans,
} from "../../src/ory/convert.js";
import { clientWire } from "../../src/ory/wire.js";
import { publicKey } from "./setup.js";

const current = clientWire.parse({
  client_id: "a",
  client_name: "billing",
  scope: "read write",
  owner: "acme",
  metadata: { team: "billing" },
  jwks: { keys: [publicKey] },
  token_endpoint_auth_method: "client_secret_post",
  client_credentials_grant_access_token_lifespan: "30m0s",
  refresh_token_grant_id_token_lifespan: "1h0m0s",
  future_member: { deep: [1, null] },
  client_secret: "never-sent-back",
  client_secret_expires_at: 0,
  created_at: "2026-08-01T10:00:00Z",
  updated_at: "2026-08-01T10:00:00.123456Z",
  registration_access_token: "ory_at_never-sent-back",
  registration_client_uri: "http://127.0.0.1:4444/oauth2/register/a",
});

describe("mergeChanges", () => {
  test("omits the members that only the server sets", () => {
    const body = mergeChanges(current, { name: "renamed" });
    for (const name of [
      ...["client_secret", "client_secret_expires_at", "created_at", "updated_at"],
      ...["registration_access_token", "registration_client_uri"],
    ])
      expect(body).not.toHaveProperty(name);
    expect(JSON.stringify(body)).not.toContain("never-sent-back");
  });

  test.each([[{}], [{ keys: [] }], [{ keys: null }], [null]])("removes the key set %j", (jwks) => {
    const wire = clientWire.parse({ client_id: "a", jwks_uri: "https://a.test/jwks", jwks });
    expect(mergeChanges(wire, { name: "b" })).toEqual({ client_id: "a", client_name: "b", jwks_uri: "https://a.test/jwks" });
  });

  test("keeps every member that is not changed, including unknown ones", () => {
    const { client_secret, client_secret_expires_at, created_at, updated_at, ...rest } = current as Record<string, unknown>;
    const { registration_access_token, registration_client_uri, ...unchanged } = rest;
    expect(mergeChanges(current, { name: "renamed" })).toEqual({ ...unchanged, client_name: "renamed" });
  });

  test("does not change a field that is undefined", () => {
    expect(mergeChanges(current, { name: undefined, scopes: undefined, lifespans: undefined })).toEqual(
      mergeChanges(current, {}),
    );
  });

  test("clears a field that is null", () => {
    const body = mergeChanges(current, { owner: null, scopes: null, metadata: null, jwks: null });
    expect(Object.keys(body)).not.toEqual(expect.arrayContaining(["owner"]));
    for (const name of ["owner", "scope", "metadata", "jwks"]) expect(body).not.toHaveProperty(name);
  });

  test("merges lifespans individually", () => {
    const body = mergeChanges(current, {
      lifespans: { refreshTokenGrantIdTokenMs: null, implicitGrantIdTokenMs: 90_000, jwtBearerGrantAccessTokenMs: undefined },
    });
    expect(body.client_credentials_grant_access_token_lifespan).toBe("30m0s");
    expect(body.implicit_grant_id_token_lifespan).toBe("1m30s");
    expect(body).not.toHaveProperty("refresh_token_grant_id_token_lifespan");
    expect(body).not.toHaveProperty("jwt_bearer_grant_access_token_lifespan");
  });

  test("clears all lifespans when they are null", () => {
    const body = mergeChanges(current, { lifespans: null });
    for (const name of Object.values(lifespanNames)) expect(body).not.toHaveProperty(name);
  });

  test("removes jwks when jwksUri is set, and the reverse", () => {
    const uri = mergeChanges(current, { jwksUri: "https://a.test/jwks" });
    expect(uri).toMatchObject({ jwks_uri: "https://a.test/jwks" });
    expect(uri).not.toHaveProperty("jwks");
    const keys = mergeChanges(clientWire.parse({ client_id: "a", jwks_uri: "https://a.test/jwks", jwks: {} }), {
      jwks: { keys: [publicKey] },
    });
    expect(keys).toEqual({ client_id: "a", jwks: { keys: [publicKey] } });
  });

  test("keeps jwks and jwksUri when both are given, so that the validation reports them", () => {
    const body = mergeChanges(current, { jwks: { keys: [publicKey] }, jwksUri: "https://a.test/jwks" });
    expect(body).toMatchObject({ jwks: { keys: [publicKey] }, jwks_uri: "https://a.test/jwks" });
  });

  test("keeps unknown members with any value", () => {
    const member = fc.string({ minLength: 3 }).map((name) => `x_${name}`);
    fc.assert(
      fc.property(fc.dictionary(member, fc.jsonValue()), (unknown) => {
        const plain = JSON.parse(JSON.stringify(unknown)) as Record<string, unknown>;
        const wire = clientWire.parse({ client_id: "a", owner: "acme", ...plain });
        expect(mergeChanges(wire, { name: "b", owner: null })).toEqual({ client_id: "a", client_name: "b", ...plain });
      }),
    );
  });
});

describe("readClient", () => {
  test("omits the private members of a registered key, and mergeChanges keeps them", () => {
    const secret = Object.fromEntries(privateMembers.map((name) => [name, "very-private"]));
    const wire = clientWire.parse({ client_id: "a", jwks: { keys: [{ ...publicKey, ...secret }] } });
    expect(readClient(wire).jwks).toEqual({ keys: [publicKey] });
    expect(mergeChanges(wire, { name: "b" }).jwks).toEqual({ keys: [{ ...publicKey, ...secret }] });
  });

  test("reads null, [] and a missing list alike", () => {
    const lists = [
      ...["grant_types", "response_types", "audience", "redirect_uris", "post_logout_redirect_uris"],
      ...["allowed_cors_origins", "contacts", "request_uris"],
    ];
    const filled = (value: unknown) =>
      clientWire.parse({ client_id: "a", ...Object.fromEntries(lists.map((name) => [name, value])) });
    expect(readClient(filled(null))).toEqual(readClient(clientWire.parse({ client_id: "a" })));
    expect(readClient(filled([]))).toEqual(readClient(filled(null)));
  });

  test("reads an empty and a missing string alike", () => {
    const texts = {
      owner: "",
      policy_uri: "",
      tos_uri: "",
      client_uri: "",
      logo_uri: "",
      token_endpoint_auth_method: "",
      scope: "",
    };
    expect(readClient(clientWire.parse({ client_id: "a", ...texts }))).toEqual(
      readClient(clientWire.parse({ client_id: "a" })),
    );
  });

  test("adds the server's default values", () => {
    expect(readClient(clientWire.parse({ client_id: "a" }))).toEqual({
      vendor: "ory",
      id: "a",
      clientId: "a",
      name: "",
      grantTypes: [],
      responseTypes: [],
      scopes: [],
      audience: [],
      redirectUris: [],
      postLogoutRedirectUris: [],
      allowedCorsOrigins: [],
      contacts: [],
      requestUris: [],
      tokenEndpointAuthMethod: "client_secret_basic",
      frontchannelLogoutSessionRequired: false,
      backchannelLogoutSessionRequired: false,
      skipConsent: false,
      lifespans: {},
    });
  });

  test("omits secrets and unknown members", () => {
    expect(JSON.stringify(readClient(current))).not.toMatch(/never-sent-back|register|future_member|expires_at/);
  });

  test.each([[{}], [null], [undefined], [[1]], ["text"], [7]])("omits the metadata %j", (metadata) => {
    expect(readClient(clientWire.parse({ client_id: "a", metadata }))).not.toHaveProperty("metadata");
  });

  test("reads times with a fraction and an offset, and omits invalid ones", () => {
    const at = (created_at: string | null, updated_at: string) =>
      readClient(clientWire.parse({ client_id: "a", created_at, updated_at }));
    const { createdAt, updatedAt } = at("2026-08-01T10:00:00Z", "2026-08-01T12:00:00.123456+02:00");
    expect([createdAt, updatedAt]).toEqual([new Date("2026-08-01T10:00:00Z"), new Date("2026-08-01T10:00:00.123Z")]);
    expect(at(null, "yesterday")).not.toHaveProperty("createdAt");
    expect(at(null, "yesterday")).not.toHaveProperty("updatedAt");
  });

  test("omits an invalid lifespan", () => {
    const wire = {
      client_id: "a",
      implicit_grant_id_token_lifespan: "soon",
      refresh_token_grant_id_token_lifespan: "720h0m0s",
    };
    expect(readClient(clientWire.parse(wire)).lifespans).toEqual({ refreshTokenGrantIdTokenMs: 720 * 3_600_000 });
  });

  test("splits scopes at every space", () => {
    expect(readClient(clientWire.parse({ client_id: "a", scope: " read  write " })).scopes).toEqual(["read", "write"]);
  });
});

describe("writeFields and writeLifespans", () => {
  test("omit undefined and keep null", () => {
    expect(writeFields({ name: "a", owner: undefined, contacts: null, scopes: null })).toEqual({
      client_name: "a",
      contacts: null,
      scope: null,
    });
  });

  test("join scopes", () => expect(writeFields({ scopes: ["read", "write"] })).toEqual({ scope: "read write" }));

  test("have a separate member for each of the thirteen lifespans", () => {
    const names = Object.keys(lifespanNames);
    expect(names).toHaveLength(13);
    const written = writeLifespans(Object.fromEntries(names.map((name, index) => [name, (index + 1) * 1_000])));
    expect(new Set(Object.keys(written)).size).toBe(13);
    expect(new Set(Object.values(written)).size).toBe(13);
    expect(writeLifespans({ implicitGrantIdTokenMs: null })).toEqual({ implicit_grant_id_token_lifespan: null });
  });

  test("write lifespans that readClient reads unchanged", () => {
    const lifespans = fc.record(
      Object.fromEntries(Object.keys(lifespanNames).map((name) => [name, fc.integer({ min: 0, max: 1e12 })])),
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(lifespans, (expected) => {
        expect(readClient(clientWire.parse({ client_id: "a", ...writeLifespans(expected) })).lifespans).toEqual({
          ...expected,
        });
      }),
    );
  });
});

describe("readIntrospection", () => {
  test("ignores all other members of an inactive token", () => {
    expect(readIntrospection({ active: false, scope: "admin", client_id: "a" })).toEqual({ active: false });
  });

  test("reads an active token without further members", () => {
    expect(readIntrospection({ active: true, aud: null, exp: 0 })).toEqual({ active: true, scopes: [], audience: [] });
  });

  test("reads every member of the response", () => {
    const wire = {
      ...{ active: true, scope: "read write", client_id: "a", sub: "a", aud: ["https://api.test"], iss: "https://iss.test" },
      ...{ iat: 1_700_000_000, nbf: 1_700_000_001, exp: 1_700_003_600, token_type: "Bearer", token_use: "access_token" },
      ...{ username: "ada", ext: { tenant: 7 } },
    };
    expect(readIntrospection(wire)).toEqual({
      active: true,
      clientId: "a",
      subject: "a",
      scopes: ["read", "write"],
      audience: ["https://api.test"],
      issuer: "https://iss.test",
      issuedAt: new Date(1_700_000_000_000),
      notBefore: new Date(1_700_000_001_000),
      expiresAt: new Date(1_700_003_600_000),
      tokenType: "Bearer",
      tokenUse: "access_token",
      username: "ada",
      additionalFields: { tenant: 7 },
    });
  });
});
