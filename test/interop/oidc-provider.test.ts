// A real authorization server, with TLS and client certificates, receives requests with every method of client authentication.
import assert from "node:assert/strict";
import { generateKeyPairSync, X509Certificate } from "node:crypto";
import type { IncomingMessage, RequestListener } from "node:http";
import { createServer, type Server } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import { after, before, describe, test } from "node:test";
import type { TLSSocket } from "node:tls";
import Provider, { errors } from "oidc-provider";
import { certificateThumbprint, type NodeFetch, nodeFetch } from "../../src/node/index.js";
import {
  type AssertionAlgorithm,
  clientSecretJwt,
  privateKeyJwt,
  selfSignedTlsClientAuth,
  tlsClientAuth,
} from "../../src/token/auth/index.js";
import { createDpopKey, withDpop } from "../../src/token/dpop/index.js";
import { type ClientAuthentication, clientSecretBasic, clientSecretPost, requestToken } from "../../src/token/index.js";
import {
  type AuthorizationServer,
  createMetadataCache,
  discoverServer,
  introspectToken,
  revokeToken,
  tokenRequestFor,
} from "../../src/token/server/index.js";
import { createAuthority, createSelfSigned } from "../node/authority.js";

const authority = createAuthority();
const host = authority.issue({ name: "server", hosts: ["127.0.0.1", "localhost"] });
const known = authority.issue({ name: "client", hosts: ["client.example"] });
const other = authority.issue({ name: "client", hosts: ["other.example"] });
const own = createSelfSigned({ name: "client" });

// Contains every character that form encoding changes.
const secret = "s3cret/+:%&= ~of-more-than-32-characters";
const keys = {
  ES256: generateKeyPairSync("ec", { namedCurve: "P-256" }),
  RS256: generateKeyPairSync("rsa", { modulusLength: 2048 }),
  PS256: generateKeyPairSync("rsa", { modulusLength: 2048 }),
  EdDSA: generateKeyPairSync("ed25519"),
} satisfies Partial<Record<AssertionAlgorithm, unknown>>;
const algorithms = Object.keys(keys) as (keyof typeof keys)[];
const api = "https://api.example/";

const client = (client_id: string, token_endpoint_auth_method: string, more: object = {}) => ({
  client_id,
  token_endpoint_auth_method,
  grant_types: ["client_credentials"],
  redirect_uris: [],
  response_types: [],
  scope: "api:read api:write",
  ...more,
});

const clients = [
  client("basic", "client_secret_basic", { client_secret: secret }),
  client("post", "client_secret_post", { client_secret: secret }),
  client("hashed", "client_secret_jwt", { client_secret: secret, token_endpoint_auth_signing_alg: "HS256" }),
  ...algorithms.map((algorithm) =>
    client(algorithm, "private_key_jwt", {
      token_endpoint_auth_signing_alg: algorithm,
      jwks: { keys: [{ ...keys[algorithm].publicKey.export({ format: "jwk" }), kid: algorithm, use: "sig" }] },
    }),
  ),
  client("bound", "client_secret_jwt", {
    client_secret: secret,
    token_endpoint_auth_signing_alg: "HS256",
    dpop_bound_access_tokens: true,
  }),
  client("tls", "tls_client_auth", {
    tls_client_auth_san_dns: "client.example",
    tls_client_certificate_bound_access_tokens: true,
  }),
  client("self", "self_signed_tls_client_auth", {
    jwks: {
      keys: [
        {
          ...new X509Certificate(own.cert).publicKey.export({ format: "jwk" }),
          x5c: [new X509Certificate(own.cert).raw.toString("base64")],
        },
      ],
    },
  }),
];

/** The certificate of the client, if it presented one. */
function peerCertificate({ req }: { readonly req: IncomingMessage }): X509Certificate | undefined {
  return (req.socket as TLSSocket).getPeerX509Certificate();
}

function createProvider(issuer: string): Provider {
  const resource = {
    enabled: true,
    getResourceServerInfo: (_: unknown, indicator: string) => {
      if (indicator !== api) throw new errors.InvalidTarget();
      return { scope: "api:read api:write", audience: api, accessTokenFormat: "opaque" as const };
    },
  };
  return new Provider(issuer, {
    clients: clients as never,
    jwks: { keys: [{ ...keys.RS256.privateKey.export({ format: "jwk" }), use: "sig", kid: "server" }] as never },
    scopes: ["api:read", "api:write"],
    ttl: { ClientCredentials: 600 },
    clientAuthMethods: [
      ...(["client_secret_basic", "client_secret_post", "client_secret_jwt", "private_key_jwt"] as const),
      ...(["tls_client_auth", "self_signed_tls_client_auth", "none"] as const),
    ],
    // Stricter than the server's default: the requirements of RFC 7523bis.
    assertJwtClientAuthClaimsAndHeader(_: unknown, { aud }: { aud?: unknown }, { typ }: { typ?: unknown }) {
      if (aud !== issuer || typ !== "client-authentication+jwt") throw new errors.InvalidClientAuth("aud or typ");
    },
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      introspection: { enabled: true, allowedPolicy: () => true },
      revocation: { enabled: true, allowedPolicy: () => true },
      // Each proof needs a nonce of the server.
      dPoP: { enabled: true, nonceSecret: Buffer.alloc(32, 1), requireNonce: () => true },
      resourceIndicators: resource,
      mTLS: {
        enabled: true,
        certificateBoundAccessTokens: true,
        tlsClientAuth: true,
        selfSignedTlsClientAuth: true,
        getCertificate: (ctx: never) => peerCertificate(ctx)?.toString(),
        certificateAuthorized: (ctx: { req: IncomingMessage }) => (ctx.req.socket as TLSSocket).authorized,
        certificateSubjectMatches: (ctx: never, property: string, expected: string) =>
          property === "tls_client_auth_san_dns" && peerCertificate(ctx)?.checkHost(expected) !== undefined,
      },
    },
  } as never);
}

describe("oidc-provider", () => {
  let listener: RequestListener = () => undefined;
  const sockets = new Set<Socket>();
  const seen: IncomingMessage[] = [];
  const transports: NodeFetch[] = [];
  let server: Server;
  let issuer: string;
  let plain: NodeFetch;
  let discovered: AuthorizationServer;

  const transport = (options: Parameters<typeof nodeFetch>[0] = {}) => {
    const fetch = nodeFetch({ ca: authority.cert, ...options });
    transports.push(fetch);
    return fetch;
  };

  before(async () => {
    const options = { ...host, ca: authority.cert, requestCert: true, rejectUnauthorized: false };
    server = createServer(options, (request, response) => {
      seen.push(request);
      listener(request, response);
    });
    server.on("connection", (socket) => sockets.add(socket));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    issuer = `https://localhost:${(server.address() as AddressInfo).port}`;
    listener = createProvider(issuer).callback();
    plain = transport();
    discovered = await discoverServer(issuer, { fetch: plain, wellKnown: "openid-configuration" });
  });
  after(async () => {
    for (const fetch of transports) fetch.close();
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });

  const ask = (clientId: string, clientAuthentication: ClientAuthentication, fetch = plain, more: object = {}) =>
    requestToken(tokenRequestFor(discovered, { clientId, clientAuthentication, scopes: ["api:read"], ...more }), { fetch });
  const fails = (pending: Promise<unknown>, facts: object) =>
    assert.rejects(pending, (error: object) => {
      for (const [name, value] of Object.entries(facts)) assert.equal((error as Record<string, unknown>)[name], value, name);
      return true;
    });

  describe("metadata", () => {
    test("rules 94 to 96: is rejected for another issuer, and is complete for its own", async () => {
      assert.equal(discovered.issuer, issuer);
      assert.ok(discovered.tokenEndpointAuthMethods.includes("tls_client_auth"));
      assert.ok(discovered.tokenEndpointSigningAlgorithms.includes("ES256"));
      assert.deepEqual(discovered.otherHosts, []);
      await fails(discoverServer(`${issuer}/`, { fetch: plain, wellKnown: "openid-configuration" }), {
        code: "unexpected_response",
      });
      await fails(
        discoverServer(issuer.replace("localhost", "127.0.0.1"), { fetch: plain, wellKnown: "openid-configuration" }),
        {
          code: "unexpected_response",
        },
      );
    });

    test("rule 98: is cached", async () => {
      const source = createMetadataCache(issuer, { fetch: plain, wellKnown: "openid-configuration" });
      assert.equal(await source.get(), await source.get());
    });
  });

  describe("TLS", () => {
    test("rule 13: is rejected for an unknown certificate authority before any request", async () => {
      const count = seen.length;
      const request = tokenRequestFor(discovered, { clientId: "basic", clientAuthentication: clientSecretBasic(secret) });
      const strange = transport({ ca: createAuthority().cert });
      await fails(requestToken(request, { fetch: strange }), { code: "network", outcome: "not_applied" });
      assert.equal(seen.length, count);
    });
  });

  describe("client authentication", () => {
    test("fails with a wrong secret, key or audience", async () => {
      const refused = { code: "token_endpoint_error", error: "invalid_client", status: 401 };
      await fails(ask("basic", clientSecretBasic("wrong")), refused);
      await fails(ask("post", clientSecretPost("wrong")), refused);
      await fails(ask("hashed", clientSecretJwt("w".repeat(32), { issuer })), refused);
      const key = keys.PS256.privateKey.export({ format: "jwk" });
      await fails(ask("RS256", privateKeyJwt({ key, algorithm: "RS256", issuer })), refused);
      const legacyAudience = discovered.tokenEndpoint;
      await fails(ask("hashed", clientSecretJwt(secret, { issuer, legacyAudience })), refused);
    });

    test("succeeds with client_secret_basic and client_secret_post", async () => {
      for (const [id, clientAuthentication] of [
        ["basic", clientSecretBasic(secret)],
        ["post", clientSecretPost(secret)],
      ] as const) {
        const token = await ask(id, clientAuthentication);
        assert.deepEqual([token.scopes, token.scopeSource], [["api:read"], "response"]);
        assert.equal(seen.at(-1)?.headers.authorization !== undefined, id === "basic");
      }
    });

    test("rules 41 and 44: succeeds with client_secret_jwt, with a new assertion for each request", async () => {
      const clientAuthentication = clientSecretJwt(secret, { issuer });
      for (let count = 0; count < 2; count += 1) assert.equal((await ask("hashed", clientAuthentication)).tokenType, "Bearer");
    });

    for (const algorithm of algorithms) {
      test(`succeeds with private_key_jwt and ${algorithm}`, async () => {
        const key = { ...keys[algorithm].privateKey.export({ format: "jwk" }), kid: algorithm };
        const clientAuthentication = privateKeyJwt({ key, algorithm, issuer });
        for (let count = 0; count < 2; count += 1)
          assert.equal((await ask(algorithm, clientAuthentication)).tokenType, "Bearer");
      });
    }
  });

  describe("DPoP", () => {
    const clientAuthentication = () => clientSecretJwt(secret, { issuer });

    test("a client that requires DPoP gets no Bearer token", async () => {
      await fails(ask("bound", clientAuthentication()), { code: "token_endpoint_error", status: 400 });
    });

    test("rules 41, 48, 49 and 50: a token is bound to the key after one more request with the nonce", async () => {
      const key = await createDpopKey();
      const request = tokenRequestFor(discovered, {
        clientId: "bound",
        clientAuthentication: clientAuthentication(),
        scopes: ["api:read"],
      });
      const count = seen.length;
      const token = await requestToken(withDpop(request, key), { fetch: plain });
      assert.equal(token.tokenType, "DPoP");
      assert.equal(seen.length, count + 2);
      const introspection = await introspectToken(
        { server: discovered, clientId: "bound", clientAuthentication: clientAuthentication(), token: token.value },
        { fetch: plain },
      );
      assert.equal(introspection.keyThumbprint, key.thumbprint);
      // The nonce of the last response is used, so one request is enough.
      await requestToken(withDpop(request, key), { fetch: plain });
      assert.equal(seen.length, count + 4);
    });
  });

  describe("client certificates", () => {
    const thumbprint = certificateThumbprint(known.cert);

    test("are rejected without a certificate, with another one, and with one of an unknown authority", async () => {
      const refused = { code: "token_endpoint_error", error: "invalid_client" };
      const clientAuthentication = tlsClientAuth({ thumbprint });
      for (const fetch of [plain, transport(other), transport(own)])
        await fails(ask("tls", clientAuthentication, fetch), refused);
      await fails(ask("self", selfSignedTlsClientAuth({ thumbprint }), transport(known)), refused);
    });

    test("rules 28 and 30: are accepted with tls_client_auth, and the token is bound to the certificate", async () => {
      const fetch = transport(known);
      assert.equal(await fetch.thumbprint(), thumbprint);
      const clientAuthentication = tlsClientAuth({ thumbprint });
      const { value } = await ask("tls", clientAuthentication, fetch);
      const introspection = await introspectToken(
        { server: discovered, clientId: "tls", clientAuthentication, token: value },
        { fetch },
      );
      assert.ok(introspection.active);
      assert.equal(introspection.certificateThumbprint, thumbprint);
    });

    test("are accepted with self_signed_tls_client_auth", async () => {
      const clientAuthentication = selfSignedTlsClientAuth({ thumbprint: certificateThumbprint(own.cert) });
      assert.equal((await ask("self", clientAuthentication, transport(own))).tokenType, "Bearer");
    });

    test("rule 32: are used as soon as they are renewed, on a new connection", async () => {
      let current = other;
      const fetch = transport({ cert: () => current.cert, key: () => current.key });
      const clientAuthentication = tlsClientAuth({ thumbprint });
      await fails(ask("tls", clientAuthentication, fetch), { error: "invalid_client" });
      current = known;
      assert.equal((await ask("tls", clientAuthentication, fetch)).tokenType, "Bearer");
    });
  });

  describe("resource indicators", () => {
    test("rules 55 to 57: are rejected when they are unknown, and become the audience otherwise", async () => {
      const clientAuthentication = clientSecretBasic(secret);
      const target = { code: "token_endpoint_error", error: "invalid_target" };
      await fails(ask("basic", clientAuthentication, plain, { resource: "https://unknown.example/" }), target);
      const { value } = await ask("basic", clientAuthentication, plain, { resource: api });
      const call = { server: discovered, clientId: "basic", clientAuthentication, token: value };
      const introspection = await introspectToken(call, { fetch: plain });
      assert.ok(introspection.active);
      assert.deepEqual(introspection.audience, [api]);
    });
  });

  describe("introspection and revocation", () => {
    test("rules 99, 100, 103 and 104: describe a token until its revocation, and unknown tokens are accepted as revoked", async () => {
      const clientAuthentication = clientSecretPost(secret);
      const call = async () => {
        const { value } = await ask("post", clientAuthentication);
        return { server: discovered, clientId: "post", clientAuthentication, token: value };
      };
      const one = await call();
      const introspection = await introspectToken(one, { fetch: plain });
      assert.ok(introspection.active);
      assert.deepEqual([introspection.clientId, introspection.scopes, introspection.issuer], ["post", ["api:read"], issuer]);
      assert.ok(introspection.expiresAt && introspection.expiresAt > new Date());
      const forgotten: string[] = [];
      await revokeToken({ ...one, source: { invalidate: (token) => forgotten.push(token) } }, { fetch: plain });
      assert.deepEqual(forgotten, [one.token]);
      assert.deepEqual(await introspectToken(one, { fetch: plain }), { active: false });
      await revokeToken({ ...one, token: "nothing-that-it-knows" }, { fetch: plain });
    });

    test("fail with a wrong secret", async () => {
      const wrong = { server: discovered, clientId: "basic", clientAuthentication: clientSecretBasic("wrong"), token: "a" };
      await fails(introspectToken(wrong, { fetch: plain }), { code: "token_endpoint_error", error: "invalid_client" });
      await fails(revokeToken(wrong, { fetch: plain }), { code: "token_endpoint_error", error: "invalid_client" });
    });
  });
});
