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

describe("merging changes", () => {
  test("never sends back what is the server's alone", () => {
    const body = mergeChanges(current, { name: "renamed" });
    for (const name of [
      ...["client_secret", "client_secret_expires_at", "created_at", "updated_at"],
      ...["registration_access_token", "registration_client_uri"],
    ])
      expect(body).not.toHaveProperty(name);
    expect(JSON.stringify(body)).not.toContain("never-sent-back");
  });

  test.each([[{}], [{ keys: [] }], [{ keys: null }], [null]])("drops a key set that is %j", (jwks) => {
    const wire = clientWire.parse({ client_id: "a", jwks_uri: "https://a.test/jwks", jwks });
    expect(mergeChanges(wire, { name: "b" })).toEqual({ client_id: "a", client_name: "b", jwks_uri: "https://a.test/jwks" });
  });

  test("keeps everything that was not named, unknown members too", () => {
    const { client_secret, client_secret_expires_at, created_at, updated_at, ...rest } = current as Record<string, unknown>;
    const { registration_access_token, registration_client_uri, ...unchanged } = rest;
    expect(mergeChanges(current, { name: "renamed" })).toEqual({ ...unchanged, client_name: "renamed" });
  });

  test("a field that is undefined stays as it is", () => {
    expect(mergeChanges(current, { name: undefined, scopes: undefined, lifespans: undefined })).toEqual(
      mergeChanges(current, {}),
    );
  });

  test("null clears a field", () => {
    const body = mergeChanges(current, { owner: null, scopes: null, metadata: null, jwks: null });
    expect(Object.keys(body)).not.toEqual(expect.arrayContaining(["owner"]));
    for (const name of ["owner", "scope", "metadata", "jwks"]) expect(body).not.toHaveProperty(name);
  });

  test("lifespans are merged one by one", () => {
    const body = mergeChanges(current, {
      lifespans: { refreshTokenGrantIdTokenMs: null, implicitGrantIdTokenMs: 90_000, jwtBearerGrantAccessTokenMs: undefined },
    });
    expect(body.client_credentials_grant_access_token_lifespan).toBe("30m0s");
    expect(body.implicit_grant_id_token_lifespan).toBe("1m30s");
    expect(body).not.toHaveProperty("refresh_token_grant_id_token_lifespan");
    expect(body).not.toHaveProperty("jwt_bearer_grant_access_token_lifespan");
  });

  test("null for all lifespans clears every one", () => {
    const body = mergeChanges(current, { lifespans: null });
    for (const name of Object.values(lifespanNames)) expect(body).not.toHaveProperty(name);
  });

  test("keys and their address take each other's place", () => {
    const uri = mergeChanges(current, { jwksUri: "https://a.test/jwks" });
    expect(uri).toMatchObject({ jwks_uri: "https://a.test/jwks" });
    expect(uri).not.toHaveProperty("jwks");
    const keys = mergeChanges(clientWire.parse({ client_id: "a", jwks_uri: "https://a.test/jwks", jwks: {} }), {
      jwks: { keys: [publicKey] },
    });
    expect(keys).toEqual({ client_id: "a", jwks: { keys: [publicKey] } });
  });

  test("jwks and jwksUri together are both converted, so that the validation can report them", () => {
    const body = mergeChanges(current, { jwks: { keys: [publicKey] }, jwksUri: "https://a.test/jwks" });
    expect(body).toMatchObject({ jwks: { keys: [publicKey] }, jwks_uri: "https://a.test/jwks" });
  });

  test("unknown members survive, whatever they are", () => {
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

describe("reading a client", () => {
  test("the private members of a key that another caller has registered are left out, and an update keeps them", () => {
    const secret = Object.fromEntries(privateMembers.map((name) => [name, "very-private"]));
    const wire = clientWire.parse({ client_id: "a", jwks: { keys: [{ ...publicKey, ...secret }] } });
    expect(readClient(wire).jwks).toEqual({ keys: [publicKey] });
    expect(mergeChanges(wire, { name: "b" }).jwks).toEqual({ keys: [{ ...publicKey, ...secret }] });
  });

  test("null, [] and absent are one", () => {
    const lists = [
      ...["grant_types", "response_types", "audience", "redirect_uris", "post_logout_redirect_uris"],
      ...["allowed_cors_origins", "contacts", "request_uris"],
    ];
    const filled = (value: unknown) =>
      clientWire.parse({ client_id: "a", ...Object.fromEntries(lists.map((name) => [name, value])) });
    expect(readClient(filled(null))).toEqual(readClient(clientWire.parse({ client_id: "a" })));
    expect(readClient(filled([]))).toEqual(readClient(filled(null)));
  });

  test("empty text and absent are one", () => {
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

  test("what the server leaves to its defaults is filled in", () => {
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

  test("nothing secret and nothing unknown gets onto it", () => {
    expect(JSON.stringify(readClient(current))).not.toMatch(/never-sent-back|register|future_member|expires_at/);
  });

  test.each([[{}], [null], [undefined], [[1]], ["text"], [7]])("metadata that is %j is none", (metadata) => {
    expect(readClient(clientWire.parse({ client_id: "a", metadata }))).not.toHaveProperty("metadata");
  });

  test("instants are read with a fraction and an offset, and left out when they cannot be read", () => {
    const at = (created_at: string | null, updated_at: string) =>
      readClient(clientWire.parse({ client_id: "a", created_at, updated_at }));
    const { createdAt, updatedAt } = at("2026-08-01T10:00:00Z", "2026-08-01T12:00:00.123456+02:00");
    expect([createdAt, updatedAt]).toEqual([new Date("2026-08-01T10:00:00Z"), new Date("2026-08-01T10:00:00.123Z")]);
    expect(at(null, "yesterday")).not.toHaveProperty("createdAt");
    expect(at(null, "yesterday")).not.toHaveProperty("updatedAt");
  });

  test("a lifespan that cannot be read is left out", () => {
    const wire = {
      client_id: "a",
      implicit_grant_id_token_lifespan: "soon",
      refresh_token_grant_id_token_lifespan: "720h0m0s",
    };
    expect(readClient(clientWire.parse(wire)).lifespans).toEqual({ refreshTokenGrantIdTokenMs: 720 * 3_600_000 });
  });

  test("scopes are split at every blank", () => {
    expect(readClient(clientWire.parse({ client_id: "a", scope: " read  write " })).scopes).toEqual(["read", "write"]);
  });
});

describe("writing", () => {
  test("leaves out what is undefined and keeps null", () => {
    expect(writeFields({ name: "a", owner: undefined, contacts: null, scopes: null })).toEqual({
      client_name: "a",
      contacts: null,
      scope: null,
    });
  });

  test("joins scopes", () => expect(writeFields({ scopes: ["read", "write"] })).toEqual({ scope: "read write" }));

  test("all thirteen lifespans have a member of their own", () => {
    const names = Object.keys(lifespanNames);
    expect(names).toHaveLength(13);
    const written = writeLifespans(Object.fromEntries(names.map((name, index) => [name, (index + 1) * 1_000])));
    expect(new Set(Object.keys(written)).size).toBe(13);
    expect(new Set(Object.values(written)).size).toBe(13);
    expect(writeLifespans({ implicitGrantIdTokenMs: null })).toEqual({ implicit_grant_id_token_lifespan: null });
  });

  test("lifespans come back as they were written", () => {
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

describe("reading introspection", () => {
  test("of an inactive token nothing else is believed", () => {
    expect(readIntrospection({ active: false, scope: "admin", client_id: "a" })).toEqual({ active: false });
  });

  test("an active one may say nothing more", () => {
    expect(readIntrospection({ active: true, aud: null, exp: 0 })).toEqual({ active: true, scopes: [], audience: [] });
  });

  test("a converted client has every field of the response", () => {
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
