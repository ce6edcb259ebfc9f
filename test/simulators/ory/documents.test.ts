import { describe, expect, test } from "vitest";
import { simulateOry } from "../../../src/simulators/ory/simulator.js";
import { fixedNow } from "../../time.js";
import { admin, create, malformed, unsetLifespans, uuid } from "./calls.js";

describe("the members of a client", () => {
  test.each(["https://app.test/cb#part", "cb", "", "http://a b", "https://app.test/%zz", "http://app.test:port/"])(
    "the redirect URI %j: 400 invalid_redirect_uri",
    async (uri) => {
      const response = await admin(simulateOry(), "POST", "/admin/clients", { redirect_uris: [uri] });
      expect(response).toMatchObject({ status: 400, json: { error: "invalid_redirect_uri" } });
    },
  );

  test.each<[string, unknown]>([
    ["no JSON", "{"],
    ["empty content", ""],
    ["an array", []],
    ["a number for a string", { client_name: 1 }],
    ["a string for a list", { grant_types: "client_credentials" }],
    ["a number in a list", { audience: [1] }],
    ["a string for a boolean", { skip_consent: "yes" }],
    ["a number for a lifespan", { client_credentials_grant_access_token_lifespan: 3600 }],
    ["a lifespan in days", { client_credentials_grant_access_token_lifespan: "1d" }],
    ["a list for jwks", { jwks: [] }],
    ["an invalid date", { created_at: "yesterday" }],
    ["an empty date", { created_at: "" }],
    ["a day that its month does not have", { created_at: "2001-02-30T00:00:00Z" }],
    ["a key without kty", { jwks: { keys: [{}] } }],
    ["a key with an unknown kty", { jwks: { keys: [{ kty: "XXX" }] } }],
    ["a key without its members", { jwks: { keys: [{ kty: "RSA" }] } }],
    ["a key that is not base64", { jwks: { keys: [{ kty: "RSA", n: "***", e: "AQAB" }] } }],
  ])("content with %s: 400 with the error text of Hydra", async (_case, body) => {
    expect(await admin(simulateOry(), "POST", "/admin/clients", body)).toMatchObject({ status: 400, json: malformed });
  });

  test("a create response has the default values, and null for members that were not sent", async () => {
    const ory = simulateOry({ now: fixedNow() });
    const response = await admin(ory, "POST", "/admin/clients", {});
    expect(response.status).toBe(201);
    const { client_id, created_at, updated_at } = response.json;
    expect(response.headers.get("location")).toBe(`/admin/clients/${client_id}`);
    expect(response.json).toEqual({
      client_id: expect.stringMatching(uuid),
      client_name: "",
      client_secret: expect.stringMatching(/^[A-Za-z0-9_.~-]{26}$/),
      client_secret_expires_at: 0,
      redirect_uris: null,
      grant_types: null,
      response_types: null,
      contacts: null,
      scope: "offline_access offline openid",
      audience: [],
      allowed_cors_origins: [],
      owner: "",
      policy_uri: "",
      tos_uri: "",
      client_uri: "",
      logo_uri: "",
      subject_type: "public",
      jwks: {},
      metadata: {},
      token_endpoint_auth_method: "client_secret_basic",
      userinfo_signed_response_alg: "none",
      skip_consent: false,
      skip_logout_consent: null,
      created_at: expect.any(String),
      updated_at: expect.any(String),
      registration_access_token: expect.stringMatching(/^ory_at_/),
      registration_client_uri: "http://127.0.0.1:4444/oauth2/register",
      ...unsetLifespans,
    });
    expect(created_at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    expect(updated_at).toMatch(/^[^.]+(?:\.\d{1,6})?\+02:00$/);
    expect(Math.abs(Date.parse(String(updated_at)) - Date.parse(String(created_at)))).toBeLessThan(1000);
  });

  test("null is a client without members, and the case of member names is ignored", async () => {
    expect(await admin(simulateOry(), "POST", "/admin/clients", "null")).toMatchObject({
      status: 201,
      json: { client_name: "" },
    });
    expect(await create(simulateOry(), { CLIENT_NAME: "upper", Owner: "acme" })).toMatchObject({
      client_name: "upper",
      owner: "acme",
    });
  });

  test("redirect URIs without a host are accepted, as by Hydra", async () => {
    const redirect_uris = ["https://", "app:", "*", "/relative"];
    expect(await create(simulateOry(), { redirect_uris })).toMatchObject({ redirect_uris });
  });

  test("metadata may be any JSON value, null included", async () => {
    for (const metadata of ["text", 5, true, [1], { a: [null] }, null]) {
      const ory = simulateOry();
      expect((await create(ory, { metadata })).metadata).toEqual(metadata);
      expect(ory.clients[0]?.metadata).toEqual(metadata);
    }
  });

  test("durations are normalized, CORS origins are trimmed and the token strategy is in lower case", async () => {
    const client = await create(simulateOry(), {
      client_credentials_grant_access_token_lifespan: "720h",
      refresh_token_grant_id_token_lifespan: "90s",
      allowed_cors_origins: ["HTTPS://app.test/"],
      access_token_strategy: "JWT",
    });
    expect(client).toMatchObject({
      client_credentials_grant_access_token_lifespan: "720h0m0s",
      refresh_token_grant_id_token_lifespan: "1m30s",
      allowed_cors_origins: ["https://app.test"],
      access_token_strategy: "jwt",
    });
  });

  test("GET returns [] where the create response has null, and never the secret or the registration token", async () => {
    const ory = simulateOry();
    const { client_id, client_secret, registration_access_token } = await create(ory, {
      token_endpoint_auth_method: "client_secret_post",
    });
    const response = await admin(ory, "GET", `/admin/clients/${client_id}`);
    expect(response.json).toMatchObject({ redirect_uris: [], grant_types: [], response_types: [], contacts: [] });
    const everything = [
      response.text,
      (await admin(ory, "GET", "/admin/clients")).text,
      JSON.stringify(ory.clients),
      JSON.stringify(ory.requests),
    ].join();
    for (const secret of [client_secret, registration_access_token]) expect(everything).not.toContain(secret);
    for (const name of [
      "client_secret",
      "registration_access_token",
      "registration_client_uri",
      "jwks_uri",
      "request_uris",
      "access_token_strategy",
    ]) {
      expect(response.json).not.toHaveProperty(name);
    }
  });
});
