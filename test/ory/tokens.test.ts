import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import {
  AuthenticationError,
  ConfigurationError,
  type NetworkError,
  ResponseError,
  TokenEndpointError,
  UnexpectedResponseError,
  ValidationError,
} from "../../src/core/errors.js";
import { privateKeyJwt } from "../../src/token/auth/index.js";
import { requestToken } from "../../src/token/index.js";
import { apiKey, json, managerWithResponses, rejection, setup, setupNetwork, setupWithoutPublic } from "./setup.js";

const input = {
  name: "billing",
  grantTypes: ["client_credentials"],
  scopes: ["read", "write"],
  audience: ["https://api.test", "https://other.test"],
} as const;

describe("a token request", () => {
  test("requires a public API", () => {
    const { manager } = setupWithoutPublic();
    expect(() => manager.tokenRequest({ clientId: "a", clientSecret: "secret" })).toThrow(ConfigurationError);
    expect(() => manager.tokenRequest({ clientId: "a", clientSecret: "secret" })).toThrow(/publicUrl/);
  });

  test.each<[unknown, string]>([
    [undefined, "credentials"],
    ["client:secret", "credentials"],
    [{ clientId: "a" }, "credentials.clientSecret"],
    [{ clientId: 7, clientSecret: "very-secret" }, "credentials.clientId"],
    [
      { clientId: "a", clientSecret: "very-secret", tokenEndpointAuthMethod: "private_key_jwt" },
      "credentials.tokenEndpointAuthMethod",
    ],
  ])("with the credentials %j is rejected by the name of the field, like a revocation", async (wrong, path) => {
    const { manager, sent } = setup();
    const credentials = wrong as { clientId: string; clientSecret: string };
    const errors = [
      await rejection<ValidationError>(manager.revoke("token", credentials)),
      await rejection<ValidationError>((async () => manager.tokenRequest(credentials))()),
    ];
    for (const error of errors) {
      expect(error).toBeInstanceOf(ValidationError);
      expect(error.issues.map((issue) => issue.path)).toEqual([path]);
      expect(error.message).toContain(path);
      expect(inspect(error)).not.toContain("very-secret");
    }
    expect(sent).toHaveLength(0);
  });

  test("requires a secret", () => {
    expect(() => setup().manager.tokenRequest({ clientId: "a", clientSecret: "" })).toThrow(ConfigurationError);
  });

  test("with another method than the registered one is rejected by the vendor", async () => {
    const { manager, simulator } = setup();
    const { credentials } = await manager.create(input);
    const request = manager.tokenRequest({ ...credentials, tokenEndpointAuthMethod: "client_secret_post" });
    expect(await rejection(requestToken(request, { fetch: simulator.fetch }))).toMatchObject({ error: "invalid_client" });
  });

  test("with a scope that the client does not have is rejected by the vendor", async () => {
    const { manager, simulator } = setup();
    const { credentials } = await manager.create(input);
    const error = await rejection(
      requestToken(manager.tokenRequest(credentials, { scopes: ["admin"] }), { fetch: simulator.fetch }),
    );
    expect(error).toBeInstanceOf(TokenEndpointError);
    expect(error).toMatchObject({ error: "invalid_scope" });
  });

  test("is created without a request, and its output contains no secret", () => {
    const { manager, sent } = setup();
    const request = manager.tokenRequest({ clientId: "a", clientSecret: "very-secret" }, { scopes: ["read"] });
    expect(sent).toHaveLength(0);
    expect(inspect(request, { depth: 9, showHidden: true }) + JSON.stringify(request)).not.toContain("very-secret");
    expect(request).toMatchObject({ tokenEndpoint: "http://127.0.0.1:4444/oauth2/token", clientId: "a", scopes: ["read"] });
    expect(request).not.toHaveProperty("audience");
  });

  test.each(["client_secret_basic", "client_secret_post"] as const)("gets a token with %s", async (tokenEndpointAuthMethod) => {
    const { manager, simulator } = setup();
    const { credentials } = await manager.create({ ...input, tokenEndpointAuthMethod });
    const request = manager.tokenRequest(credentials, { scopes: ["read"], audience: "https://api.test" });
    expect(request.clientAuthentication.method).toBe(tokenEndpointAuthMethod);
    const token = await requestToken(request, { fetch: simulator.fetch });
    expect(token).toMatchObject({ tokenType: "Bearer", scopes: ["read"], scopeSource: "response" });
    expect(await manager.introspect(token.value)).toMatchObject({
      active: true,
      scopes: ["read"],
      audience: ["https://api.test"],
    });
  });

  test("gets only the requested scopes, and several audiences", async () => {
    const { manager, simulator } = setup();
    const { credentials } = await manager.create(input);
    const request = manager.tokenRequest(credentials, { audience: ["https://api.test", "https://other.test"] });
    const token = await requestToken(request, { fetch: simulator.fetch });
    expect(token).toMatchObject({ scopes: [], scopeSource: "response" });
    expect(await manager.introspect(token.value)).toMatchObject({
      scopes: [],
      audience: ["https://api.test", "https://other.test"],
    });
  });
});

describe("a token request with resources", () => {
  const resource = ["https://api.test/v1", "https://other.test"];

  test("is rejected with invalid_target for a resource that the client may not use", async () => {
    const { manager, simulator } = setup({ resourceIndicators: true });
    const { credentials } = await manager.create(input);
    const request = manager.tokenRequest(credentials, { resource: ["https://api.test", "https://evil.test"] });
    const error = await rejection(requestToken(request, { fetch: simulator.fetch }));
    expect(error).toMatchObject({ code: "token_endpoint_error", error: "invalid_target", status: 400 });
  });

  test("sends one parameter for each resource, and gets a token for all of them", async () => {
    const { manager, simulator } = setup({ resourceIndicators: true });
    const { credentials } = await manager.create(input);
    const bodies: string[] = [];
    const fetch = (url: string, init: RequestInit) => {
      bodies.push(String(init.body));
      return simulator.fetch(url, init);
    };
    const token = await requestToken(manager.tokenRequest(credentials, { resource }), { fetch });
    expect(bodies.map((body) => new URLSearchParams(body).getAll("resource"))).toEqual([resource]);
    expect(await manager.introspect(token.value)).toMatchObject({ audience: resource });
  });

  test("gets a token without an audience from a server without resource indicators", async () => {
    const { manager, simulator } = setup();
    const { credentials } = await manager.create(input);
    const token = await requestToken(manager.tokenRequest(credentials, { resource }), { fetch: simulator.fetch });
    expect(await manager.introspect(token.value)).toMatchObject({ audience: [] });
  });
});

describe("introspect", () => {
  test.each([[""], [undefined], [7]])("rejects the token %j before any request", async (token) => {
    const { manager, sent } = setup();
    const error = await rejection<ValidationError>(manager.introspect(token as string));
    expect(error.issues.map(({ path }) => path)).toEqual(["token"]);
    expect(sent).toHaveLength(0);
  });

  test.each([[{ scopes: "read" }], [{ scopes: ["a b"] }], [{ scope: "read" }]])("rejects the options %j", async (options) => {
    const { manager, sent } = setup();
    expect(await rejection(manager.introspect("token", options as { scopes: string[] }))).toBeInstanceOf(ValidationError);
    expect(sent).toHaveLength(0);
  });

  test("rejects a wrong API key with an AuthenticationError that does not contain the token", async () => {
    const { manager } = setupNetwork({}, { apiKey: "ory_pat_wrong" });
    const error = await rejection(manager.introspect("very-secret-token"));
    expect(error).toBeInstanceOf(AuthenticationError);
    expect(inspect(error)).not.toContain("very-secret-token");
  });

  test("rejects a response in which active is not a boolean", async () => {
    const { manager } = managerWithResponses(() => json({ active: "true" }));
    const error = await rejection<UnexpectedResponseError>(manager.introspect("token"));
    expect(error).toBeInstanceOf(UnexpectedResponseError);
    expect(error.outcome).toBe("not_applied");
  });

  test("is retried like a read", async () => {
    const { manager, simulator, sent } = setup();
    simulator.failNext("introspectOAuth2Token", { status: 503 });
    expect(await manager.introspect("unknown")).toEqual({ active: false });
    expect(sent).toHaveLength(2);
  });

  test("omits a time that is out of range", async () => {
    const { manager } = managerWithResponses(() => json({ active: true, exp: 1e300, iat: 1.5e9 }));
    const introspection = await manager.introspect("token");
    expect(introspection).not.toHaveProperty("expiresAt");
    expect(introspection).toMatchObject({ issuedAt: new Date(1.5e12) });
  });

  test("returns inactive for an unknown token", async () => {
    expect(await setup().manager.introspect("ory_at_unknown")).toEqual({ active: false });
  });

  test("returns inactive for an expired token", async () => {
    const { manager, simulator } = setup();
    const { credentials } = await manager.create(input);
    const { value } = await requestToken(manager.tokenRequest(credentials), { fetch: simulator.fetch });
    simulator.advanceTime(3_600_001);
    expect(await manager.introspect(value)).toEqual({ active: false });
  });

  test("returns inactive unless every requested scope is granted", async () => {
    const { manager, simulator, sent } = setup();
    const { credentials } = await manager.create(input);
    const request = manager.tokenRequest(credentials, { scopes: ["read"] });
    const { value } = await requestToken(request, { fetch: simulator.fetch });
    expect((await manager.introspect(value, { scopes: ["read"] })).active).toBe(true);
    expect((await manager.introspect(value, { scopes: [] })).active).toBe(true);
    expect((await manager.introspect(value, { scopes: ["read", "write"] })).active).toBe(false);
    expect(new URLSearchParams(sent.at(-1)!.body).get("scope")).toBe("read write");
    expect(sent.at(-1)!.url).toBe("http://127.0.0.1:4445/admin/oauth2/introspect");
  });

  test("returns every member of the response", async () => {
    const { manager, simulator } = setup();
    const { client, credentials } = await manager.create(input);
    const { value } = await requestToken(manager.tokenRequest(credentials, { scopes: ["write"] }), { fetch: simulator.fetch });
    const introspection = await manager.introspect(value);
    expect(introspection).toEqual({
      active: true,
      clientId: client.id,
      subject: client.id,
      scopes: ["write"],
      audience: [],
      issuer: expect.any(String),
      issuedAt: expect.any(Date),
      notBefore: expect.any(Date),
      expiresAt: expect.any(Date),
      tokenType: "Bearer",
      tokenUse: "access_token",
    });
    if (!introspection.active) throw new Error("inactive");
    expect(introspection.expiresAt!.getTime() - introspection.issuedAt!.getTime()).toBe(3_600_000);
  });
});

describe("revoke", () => {
  const credentials = { clientId: "a", clientSecret: "very-secret" };

  test("requires a public API, and sends no request without one", async () => {
    const { manager, sent } = setupWithoutPublic();
    expect(await rejection(manager.revoke("token", credentials))).toBeInstanceOf(ConfigurationError);
    expect(sent).toHaveLength(0);
  });

  test("rejects an empty token before any request", async () => {
    const { manager, sent } = setup();
    expect(await rejection(manager.revoke("", credentials))).toBeInstanceOf(ValidationError);
    expect(sent).toHaveLength(0);
  });

  test.each<[string, (real: { clientId: string; clientSecret: string }) => object]>([
    ["a wrong secret", (real) => ({ ...real, clientSecret: "wrong-secret-012" })],
    ["another method", (real) => ({ ...real, tokenEndpointAuthMethod: "client_secret_post" })],
    ["an unknown client", (real) => ({ ...real, clientId: "unknown" })],
  ])("rejects %s with an error that contains neither secret nor token", async (_, change) => {
    const { manager } = setup();
    const made = await manager.create(input);
    const given = change(made.credentials) as typeof made.credentials;
    const error = await rejection<AuthenticationError>(manager.revoke("ory_at_very-secret-token", given));
    expect(error).toBeInstanceOf(AuthenticationError);
    expect(error).toMatchObject({ vendorCode: "invalid_client", outcome: "not_applied" });
    expect(inspect(error)).not.toMatch(/very-secret-token/);
    expect(inspect(error)).not.toContain(given.clientSecret);
  });

  test("rejects with a ResponseError for invalid_request", async () => {
    const { manager } = managerWithResponses(() => json({ error: "invalid_request" }, 400));
    const error = await rejection<ResponseError>(manager.revoke("token", credentials));
    expect(error.constructor).toBe(ResponseError);
    expect(error.status).toBe(400);
  });

  test("is repeated after a lost response, because a second revocation has no effect", async () => {
    const at = setup();
    const made = await at.manager.create(input);
    const { value } = await requestToken(at.manager.tokenRequest(made.credentials), { fetch: at.simulator.fetch });
    at.simulator.dropConnection("revokeOAuth2Token", { when: "after" });
    await at.manager.revoke(value, made.credentials);
    expect(at.calls().filter((call) => call.endsWith("/revoke"))).toHaveLength(2);
    expect(await at.manager.introspect(value)).toEqual({ active: false });
  });

  test("has an unknown outcome when every response is lost", async () => {
    const at = setup();
    const made = await at.manager.create(input);
    at.simulator.dropConnection("revokeOAuth2Token", { when: "after", times: 9 });
    const error = await rejection<NetworkError>(at.manager.revoke("token", made.credentials));
    expect(error).toMatchObject({ code: "network", outcome: "unknown" });
  });

  test.each(["client_secret_basic", "client_secret_post"] as const)(
    "revokes a token with %s",
    async (tokenEndpointAuthMethod) => {
      const { manager, simulator } = setup();
      const made = await manager.create({ ...input, tokenEndpointAuthMethod });
      const { value } = await requestToken(manager.tokenRequest(made.credentials), { fetch: simulator.fetch });
      expect((await manager.introspect(value)).active).toBe(true);
      expect(await manager.revoke(value, made.credentials)).toBeUndefined();
      expect(await manager.introspect(value)).toEqual({ active: false });
    },
  );

  test("resolves for an unknown token, and for the token of another client, which stays valid", async () => {
    const { manager, simulator } = setup();
    const [mine, theirs] = [await manager.create(input), await manager.create(input)];
    const { value } = await requestToken(manager.tokenRequest(theirs.credentials), { fetch: simulator.fetch });
    await manager.revoke("ory_at_unknown", mine.credentials);
    await manager.revoke(value, mine.credentials);
    expect((await manager.introspect(value)).active).toBe(true);
  });

  test("never sends the project's API key to the public API", async () => {
    const { manager, sent } = setupNetwork();
    const made = await manager.create(input);
    await manager.revoke("token", made.credentials);
    expect(sent[0]!.headers.get("authorization")).toBe(`Bearer ${apiKey}`);
    expect(sent.at(-1)!.path).toBe("/oauth2/revoke");
    expect(sent.at(-1)!.headers.get("authorization")).toMatch(/^Basic /);
    expect([...sent.at(-1)!.headers.values()].join() + sent.at(-1)!.body).not.toContain(apiKey);
  });
});

test("an error redacts a token and a secret that the response repeats", async () => {
  const words = { error: "invalid_request", error_description: "token opaque-token-1 with secret-of-client-1 is bad" };
  const { manager } = managerWithResponses(() => json(words, 400));
  const errors = [
    await rejection(manager.introspect("opaque-token-1")),
    await rejection(manager.revoke("opaque-token-1", { clientId: "a", clientSecret: "secret-of-client-1" })),
  ];
  for (const error of errors) expect(inspect(error)).not.toContain("opaque-token-1");
  expect(errors[1]!.message).toContain("token [secret] with [secret] is bad");
});

describe("a client with private_key_jwt", () => {
  test("gets a token with the token endpoint as legacyAudience, and is rejected with the issuer as audience", async () => {
    const { manager, simulator } = setup();
    const algorithm = {
      name: "RSASSA-PKCS1-v1_5",
      modulusLength: 2048,
      publicExponent: new Uint8Array([1, 0, 1]),
      hash: "SHA-256",
    };
    const { privateKey, publicKey } = await crypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
    const { kty = "", n = "", e = "" } = await crypto.subtle.exportKey("jwk", publicKey);
    const { client } = await manager.create({
      name: "billing",
      grantTypes: ["client_credentials"],
      tokenEndpointAuthMethod: "private_key_jwt",
      jwks: { keys: [{ kty, n, e, use: "sig", alg: "RS256", kid: "1" }] },
    });
    const issuer = "https://login.acme.test";
    const tokenEndpoint = `${simulator.urls.public}/oauth2/token`;
    const request = (audience: object) => {
      const clientAuthentication = privateKeyJwt({ issuer, key: privateKey, algorithm: "RS256", keyId: "1", ...audience });
      return requestToken({ tokenEndpoint, clientId: client.clientId, clientAuthentication }, { fetch: simulator.fetch });
    };
    await expect(request({})).rejects.toMatchObject({ error: "invalid_client" });
    expect((await request({ legacyAudience: tokenEndpoint })).value).toMatch(/./);
  });
});
