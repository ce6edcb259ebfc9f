import { describe, expect, test } from "vitest";
import { simulateOry } from "../../../src/simulators/ory/simulator.js";
import { admin, create, type Json } from "./calls.js";

describe("invalid clients", () => {
  const key = { kty: "RSA", use: "sig", kid: "1", alg: "RS256", n: "AQAB", e: "AQAB" };

  test.each<[string, Json]>([
    ["private_key_jwt without keys", { token_endpoint_auth_method: "private_key_jwt" }],
    ["private_key_jwt with empty jwks", { token_endpoint_auth_method: "private_key_jwt", jwks: {} }],
    [
      "an unknown assertion algorithm",
      { token_endpoint_auth_method: "private_key_jwt", jwks: { keys: [key] }, token_endpoint_auth_signing_alg: "EdDSA" },
    ],
    ["jwks and jwks_uri together", { jwks: { keys: [key] }, jwks_uri: "https://keys.test/" }],
    ["empty jwks and jwks_uri together", { jwks: { keys: [] }, jwks_uri: "https://keys.test/" }],
    ["a symmetric key", { jwks: { keys: [{ kty: "oct", k: "AAAA" }] } }],
    ["a tos_uri that is not an http(s) URL", { tos_uri: "javascript:alert(1)" }],
    ["a policy_uri that is not a URL", { policy_uri: "terms" }],
    ["a logo_uri that is not an http(s) URL", { logo_uri: "data:," }],
    ["a client_uri that is not an http(s) URL", { client_uri: "ftp://x.test" }],
    ["a secret of five characters", { client_secret: "12345" }],
    ["a CORS origin with a path", { allowed_cors_origins: ["https://app.test/a"] }],
    ["a CORS origin with user info", { allowed_cors_origins: ["https://u@app.test"] }],
    ["a CORS origin of another scheme", { allowed_cors_origins: ["app://app.test"] }],
    ["a sector identifier over http", { sector_identifier_uri: "http://x.test" }],
    ["a sector identifier that cannot be fetched", { sector_identifier_uri: "https://x.test" }],
    ["an unknown userinfo algorithm", { userinfo_signed_response_alg: "ES256" }],
    ["a subject type that is not enabled", { subject_type: "pairwise" }],
    [
      "a logout redirect to another port",
      { redirect_uris: ["https://app.test/cb"], post_logout_redirect_uris: ["https://app.test:8443/"] },
    ],
    [
      "a logout redirect with the default port, when the redirect URI has no port",
      { redirect_uris: ["https://app.test/cb"], post_logout_redirect_uris: ["https://app.test:443/"] },
    ],
    ["a logout redirect without redirect URIs", { post_logout_redirect_uris: ["https://app.test/"] }],
    ["an unknown token strategy", { access_token_strategy: "paseto" }],
  ])("%s: 400 invalid_client_metadata on POST, PUT and PATCH", async (_case, client) => {
    const ory = simulateOry();
    const { client_id } = await create(ory);
    const patch = Object.entries(client).map(([name, value]) => ({ op: "replace", path: `/${name}`, value }));
    for (const response of [
      await admin(ory, "POST", "/admin/clients", client),
      await admin(ory, "PUT", `/admin/clients/${client_id}`, client),
      await admin(ory, "PATCH", `/admin/clients/${client_id}`, patch),
    ]) {
      expect(response).toMatchObject({ status: 400, json: { error: "invalid_client_metadata" } });
      expect(Object.keys(response.json)).toEqual(["error", "error_description"]);
      expect(response.text).not.toContain("12345");
    }
    expect(ory.clients).toHaveLength(1);
  });

  test("the length of a secret is counted in bytes", async () => {
    expect((await admin(simulateOry(), "POST", "/admin/clients", { client_secret: "üüü" })).status).toBe(201);
  });

  test("methods, grant types, response types and audiences are not validated, as in Hydra", async () => {
    const client = {
      token_endpoint_auth_method: "client_secret_bsaic",
      grant_types: ["client_credential"],
      response_types: ["x"],
      audience: ["not a url"],
      redirect_uris: ["myapp://cb", "http://app.test/", "/relative"],
      unknown_member: 1,
    };
    const response = await admin(simulateOry(), "POST", "/admin/clients", client);
    expect(response.status).toBe(201);
    const { unknown_member, ...known } = client;
    expect(response.json).toMatchObject(known);
    expect(response.json).not.toHaveProperty("unknown_member", unknown_member);
  });
});
