import { inspect } from "node:util";
import {
  type AuthorizationServerSimulatorOptions,
  type MalformedTokenResponse,
  malformedTokenResponses,
  simulateAuthorizationServer,
} from "oauth-clients/testing";
import { clientSecretBasic, clientSecretPost, requestToken } from "oauth-clients/token";
import { clientSecretJwt, privateKeyJwt } from "oauth-clients/token/auth";
import { discoverServer, introspectToken, revokeToken, tokenRequestFor } from "oauth-clients/token/server";
import { describe, expect, test } from "vitest";
import { fixedNow } from "../../time.js";

const secret = "s3cret/+ and:more&than=32-characters";
const clientId = "client 1";

function setup(options: AuthorizationServerSimulatorOptions = {}) {
  const server = simulateAuthorizationServer({ clients: [{ clientId, secret }], ...options });
  const request = {
    tokenEndpoint: server.urls.token,
    clientId,
    clientAuthentication: clientSecretBasic(secret),
    scopes: ["read", "write"],
  };
  const ask = (changes: object = {}) => requestToken({ ...request, ...changes }, { fetch: server.fetch });
  return { server, request, ask };
}

/** Malformed responses that are valid tokens. All others have to be rejected. */
const good: readonly MalformedTokenResponse[] = [
  ...(["token_type_lower_case", "token_type_upper_case", "access_token_long", "content_type_with_charset"] as const),
  ...(["expires_in_missing", "expires_in_null", "expires_in_zero", "expires_in_one", "expires_in_fraction"] as const),
  ...(["expires_in_numeric_string", "expires_in_huge", "byte_order_mark"] as const),
  ...(["scope_missing", "scope_null", "scope_narrower", "scope_wider"] as const),
  ...(["refresh_token", "unknown_members", "prototype_members"] as const),
];

describe("simulateAuthorizationServer", () => {
  test.each(["", "auth.example", "ftp://auth.example", "https://auth.example?a", "https://me@auth.example", "https://"])(
    "rejects the issuer %j",
    (issuer) => {
      expect(() => simulateAuthorizationServer({ issuer })).toThrow(TypeError);
    },
  );

  test("an unknown name of a malformed response and an invalid number are errors", () => {
    const { server } = setup();
    expect(() => server.respondWithMalformedTokenNext("toString" as MalformedTokenResponse)).toThrow(
      'name: there is no malformed token response "toString"',
    );
    expect(() => server.respondWithMalformedTokenNext("html", { times: 0 })).toThrow(RangeError);
  });

  test("rejects other content than a form, repeated parameters, other methods and other paths", async () => {
    const { server } = setup();
    const post = (body: BodyInit, headers = {}) => server.fetch(server.urls.token, { method: "POST", body, headers });
    expect((await post("{}", { "content-type": "application/json" })).status).toBe(400);
    const repeated = await post(
      new URLSearchParams([
        ["scope", "a"],
        ["scope", "b"],
      ]),
    );
    expect(await repeated.json()).toMatchObject({
      error: "invalid_request",
      error_description: expect.stringContaining("repeated"),
    });
    const get = await server.fetch(server.urls.token);
    expect([get.status, get.headers.get("allow")]).toEqual([405, "POST"]);
    expect((await server.fetch(`${server.urls.issuer}/other`)).status).toBe(404);
  });

  test("rejects an unknown client, a wrong secret and a wrong method", async () => {
    const { ask } = setup();
    await expect(ask({ clientId: "unknown" })).rejects.toMatchObject({ status: 401, error: "invalid_client" });
    await expect(ask({ clientAuthentication: clientSecretBasic("wrong") })).rejects.toMatchObject({ error: "invalid_client" });
    await expect(ask({ clientAuthentication: clientSecretPost(secret) })).rejects.toMatchObject({ error: "invalid_client" });
  });
});

describe("a malformed token response", () => {
  test.each(malformedTokenResponses)(
    "%s gives a valid token or an error with a code, and the next request succeeds",
    async (name) => {
      const { server, ask } = setup();
      server.respondWithMalformedTokenNext(name);
      const outcome = await ask().then(
        (token) => token,
        (error) => error,
      );
      if (good.includes(name))
        expect(outcome).toMatchObject({ tokenType: "Bearer", value: expect.stringMatching(/^[\x21-\x7e]+$/) });
      else
        expect(outcome).toMatchObject({
          code: expect.stringMatching(/^(unexpected_response|token_endpoint_error|rate_limited|server_error)$/),
        });
      expect(inspect(outcome, { depth: 9 })).not.toContain("secret-of-the-redirect");
      expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
      await expect(ask()).resolves.toMatchObject({ tokenType: "Bearer", lifetimeMs: 3_600_000 });
    },
  );

  test("is returned for the given number of granted requests, and clearFaults removes it", async () => {
    const { server, ask } = setup();
    server.respondWithMalformedTokenNext("html", { times: 2 });
    await expect(ask({ clientId: "unknown" })).rejects.toMatchObject({ error: "invalid_client" });
    for (let count = 0; count < 2; count += 1) await expect(ask()).rejects.toMatchObject({ code: "unexpected_response" });
    await expect(ask()).resolves.toBeDefined();
    server.respondWithMalformedTokenNext("html");
    server.clearFaults();
    await expect(ask()).resolves.toBeDefined();
  });
});

describe("the faults of every simulator", () => {
  test("apply to its operations", async () => {
    const { server, ask } = setup();
    server.failNext("requestToken", { status: 503, headers: { "retry-after": "9" } });
    await expect(ask()).rejects.toMatchObject({ code: "server_error", retryAfterMs: 9_000 });
    server.dropConnection("requestToken", { when: "after" });
    await expect(ask()).rejects.toMatchObject({ code: "network", outcome: "unknown" });
    expect(server.countActive(clientId)).toBe(1);
  });

  test("can be a limit on the number of requests", async () => {
    const { server, ask } = setup({ rateLimit: { limit: 2, seconds: 60 }, now: fixedNow() });
    await ask();
    await ask();
    await expect(ask()).rejects.toMatchObject({ code: "rate_limited", retryAfterMs: 60_000 });
    server.advanceTime(60_000);
    await ask();
  });
});

describe("clients", () => {
  test.each(["client_secret_basic", "client_secret_post", "client_secret_jwt"] as const)(
    "authenticate by %s",
    async (method) => {
      const { server, ask } = setup({ clients: [{ clientId, secret, method }] });
      const clientAuthentication = {
        client_secret_basic: clientSecretBasic(secret),
        client_secret_post: clientSecretPost(secret),
        client_secret_jwt: clientSecretJwt(secret, { issuer: server.urls.issuer }),
      }[method];
      await expect(ask({ clientAuthentication })).resolves.toMatchObject({
        scopes: ["read", "write"],
        scopeSource: "response",
      });
    },
  );

  test.each([
    ["ES256", { name: "ECDSA", namedCurve: "P-256" }],
    ["RS256", { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256", modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]) }],
    ["PS256", { name: "RSA-PSS", hash: "SHA-256", modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]) }],
    ["EdDSA", { name: "Ed25519" }],
  ] as const)("authenticate by private_key_jwt with %s", async (algorithm, made) => {
    const pair = (await crypto.subtle.generateKey(made, true, ["sign", "verify"])) as CryptoKeyPair;
    const keys = [await crypto.subtle.exportKey("jwk", pair.publicKey)];
    const { server, ask } = setup({ clients: [{ clientId, jwks: { keys }, algorithm }] });
    const clientAuthentication = privateKeyJwt({ key: pair.privateKey, algorithm, issuer: server.urls.issuer });
    await expect(ask({ clientAuthentication })).resolves.toMatchObject({ tokenType: "Bearer" });
    const legacyAudience = server.urls.token;
    const legacy = privateKeyJwt({ key: pair.privateKey, algorithm, issuer: server.urls.issuer, legacyAudience });
    await expect(ask({ clientAuthentication: legacy })).rejects.toMatchObject({ error: "invalid_client" });
  });

  test("authenticate with a new secret, and with the old one during the overlap", async () => {
    const { server, ask } = setup();
    const next = server.rotateSecret(clientId, { overlapMs: 60_000 });
    await ask();
    await ask({ clientAuthentication: clientSecretBasic(next) });
    server.advanceTime(60_000);
    await expect(ask()).rejects.toMatchObject({ error: "invalid_client" });
    const last = server.rotateSecret(clientId);
    await expect(ask({ clientAuthentication: clientSecretBasic(next) })).rejects.toMatchObject({ error: "invalid_client" });
    await ask({ clientAuthentication: clientSecretBasic(last) });
  });

  test("can be removed together with their tokens, and added again", async () => {
    const { server, ask } = setup();
    await ask();
    server.removeClient(clientId);
    expect(server.countActive(clientId)).toBe(0);
    await expect(ask()).rejects.toMatchObject({ error: "invalid_client" });
    server.addClient({ clientId, secret });
    await ask();
  });

  test("lose a single token or all tokens when they are revoked", async () => {
    const { server, ask } = setup();
    const { value } = await ask();
    await ask();
    await ask();
    expect(server.revoke({ value })).toBe(1);
    expect(server.revoke({ value })).toBe(0);
    expect(server.revoke({ clientId })).toBe(2);
    expect(server.countActive(clientId)).toBe(0);
  });
});

describe("oauth-clients/server works with the simulator", () => {
  test.each([
    ["https://auth.example", "oauth-authorization-server"],
    ["https://auth.example/tenant/1", "oauth-authorization-server"],
    ["https://auth.example/tenant/1/", "openid-configuration"],
  ] as const)("from discovery to revocation: issuer %s, document %s", async (issuer, wellKnown) => {
    const { server: simulator } = setup({ issuer, scopes: ["read", "write"] });
    const options = { fetch: simulator.fetch };
    const server = await discoverServer(issuer, { ...options, wellKnown });
    expect(server).toMatchObject({ tokenEndpoint: simulator.urls.token, scopes: ["read", "write"], otherHosts: [] });
    const client = { clientId, clientAuthentication: clientSecretBasic(secret) };
    const { value } = await requestToken(tokenRequestFor(server, { ...client, scopes: ["read"] }), options);
    const call = { server, ...client, token: value };
    expect(await introspectToken(call, options)).toMatchObject({ active: true, scopes: ["read"], clientId, issuer });
    await revokeToken(call, options);
    expect(await introspectToken(call, options)).toEqual({ active: false });
  });

  test("and rejects metadata with another issuer", async () => {
    const { server } = setup({ metadata: { issuer: "https://evil.example" } });
    await expect(discoverServer(server.urls.issuer, { fetch: server.fetch })).rejects.toMatchObject({
      issues: [{ path: "issuer" }],
    });
  });

  test("and on the loopback address, which becomes the issuer", async () => {
    const { server } = setup({ issuer: "https://auth.example/tenant" });
    const { url, close } = await server.listen();
    try {
      const issuer = `${url}/tenant`;
      const found = await discoverServer(issuer);
      expect(found).toMatchObject({ issuer, tokenEndpoint: `${issuer}/token` });
      const client = { clientId, clientAuthentication: clientSecretBasic(secret) };
      await expect(requestToken(tokenRequestFor(found, client))).resolves.toMatchObject({ tokenType: "Bearer" });
    } finally {
      await close();
    }
  });
});

describe("the request log", () => {
  test("contains no secret and no token", async () => {
    const { server, ask } = setup({ clients: [{ clientId, secret, method: "client_secret_post" }] });
    const { value } = await ask({ clientAuthentication: clientSecretPost(secret) });
    const call = {
      server: { tokenEndpoint: server.urls.token, introspectionEndpoint: server.urls.introspection },
      clientId,
      token: value,
    };
    await introspectToken({ ...call, clientAuthentication: clientSecretPost(secret) }, { fetch: server.fetch });
    const log = JSON.stringify(server.requests) + inspect(server, { depth: 9, showHidden: true });
    expect(server.requests.map(({ operationId, status }) => [operationId, status])).toEqual([
      ["requestToken", 200],
      ["introspectToken", 200],
    ]);
    for (const text of [secret, encodeURIComponent(secret), btoa(secret), value]) expect(log).not.toContain(text);
  });
});
