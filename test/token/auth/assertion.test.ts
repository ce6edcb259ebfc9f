import { createHmac } from "node:crypto";
import { describe, expect, test } from "vitest";
import { ConfigurationError } from "../../../src/core/errors.js";
import { type AssertionAlgorithm, clientSecretJwt, privateKeyJwt } from "../../../src/token/auth/index.js";
import { requestToken } from "../../../src/token/request.js";
import { createTokenSource } from "../../../src/token/source.js";
import { encodings, everyView, grant, record, rejection, sampleRequest } from "../recorder.js";
import { keyPair, verify } from "./key-pairs.js";

const issuer = "https://auth.example/";
const secret = "canary-4711-that-is-long-enough-for-all-the-digests-there-are-to-be-used";
const algorithms: AssertionAlgorithm[] = [
  ...(["ES256", "ES384", "ES512", "RS256", "RS384", "RS512"] as const),
  ...(["PS256", "PS384", "PS512", "EdDSA"] as const),
];
const context = { clientId: "client-1", tokenEndpoint: "https://auth.example/token" };

const decode = (part = "") => JSON.parse(Buffer.from(part, "base64url").toString());
async function read(clientAuthentication: ReturnType<typeof clientSecretJwt>) {
  const { parameters, secrets, headers } = await clientAuthentication.authenticate(context);
  const assertion = parameters!.client_assertion!;
  const [head, claims, signature] = assertion.split(".");
  return {
    parameters,
    headers,
    secrets,
    assertion,
    header: decode(head),
    claims: decode(claims),
    input: `${head}.${claims}`,
    signature,
  };
}

describe("client assertions: validation of options", () => {
  test.each([
    ["issuer", { issuer: undefined }],
    ["issuer", { issuer: ["a", "b"] }],
    ["legacyAudience", { legacyAudience: ["a", "b"] }],
    ["lifetimeMs", { lifetimeMs: 300_001 }],
    ["lifetimeMs", { lifetimeMs: 0 }],
    ["typ", { typ: "JWT" }],
    ["now", { now: new Date() }],
    ["algorithm", { algorithm: "none" }],
    ["algorithm", { algorithm: "toString" }],
    ["audience", { audience: "a" }],
  ])("rules 38, 40 and 42: the assertion option %s of %o is rejected", async (path, changes) => {
    const { privateKey } = await keyPair("ES256");
    for (const make of [
      () => clientSecretJwt(secret, { issuer, ...changes } as never),
      () => privateKeyJwt({ issuer, key: privateKey, algorithm: "ES256", ...changes } as never),
    ]) {
      expect(make).toThrow(ConfigurationError);
      expect(make).toThrow(`${path}: `);
    }
  });

  test("an invalid keyId and missing options are rejected", () => {
    expect(() => privateKeyJwt({ issuer, key: () => new Uint8Array(64), algorithm: "ES256", keyId: "" })).toThrow("keyId: ");
    expect(() => privateKeyJwt(undefined as never)).toThrow(ConfigurationError);
  });

  test.each([
    ["HS256", 31],
    ["HS384", 47],
    ["HS512", 63],
  ] as const)("rule 44: a secret that is too short for %s", (algorithm, length) => {
    const make = (size: number) => () => clientSecretJwt("c".repeat(size), { issuer, algorithm });
    expect(make(length)).toThrow("clientSecret: ");
    expect(make(length)).not.toThrow("cccc");
    expect(make(length + 1)).not.toThrow();
  });

  test.each([
    ["ES256", new Uint8Array(70)],
    ["ES384", new Uint8Array(64)],
    ["ES512", new Uint8Array(128)],
    ["RS256", new Uint8Array(64)],
    ["EdDSA", "signature"],
  ] as const)(
    "rule 45: an invalid signature of a signer for %s is rejected before a request is sent",
    async (algorithm, signature) => {
      const { fetch, sent } = record();
      const clientAuthentication = privateKeyJwt({ issuer, algorithm, key: () => signature as Uint8Array });
      const error = await rejection(requestToken(sampleRequest({ clientAuthentication }), { fetch }));
      expect(error).toMatchObject({ code: "invalid_configuration", issues: [{ path: "key" }] });
      expect(sent).toEqual([]);
    },
  );
});

describe("privateKeyJwt: additional headers and claims", () => {
  const make = async (options: object) => privateKeyJwt({ issuer, algorithm: "ES256", ...(await key()), ...options } as never);
  const key = async () => ({ key: (await keyPair("ES256")).jwk });

  test.each([
    ...["alg", "typ", "kid", "crit"].map((name) => [`headers.${name}`, { headers: { [name]: "a" } }] as const),
    ...["iss", "sub", "aud", "jti", "iat", "exp"].map((name) => [`claims.${name}`, { claims: { [name]: 1 } }] as const),
    ["headers", { headers: "a" }],
    ["claims", { claims: [] }],
    ["claims.nbf", { claims: { nbf: undefined } }],
  ] as const)("are rejected at %s", async (path, options) => {
    await expect(make(options)).rejects.toThrow(`${path}: `);
  });

  test("additional headers and claims are signed and are part of the cache key", async () => {
    const options = { headers: { x5t: "a", "x5t#S256": "b" }, claims: { nbf: 1, "https://example/tenant": "c" } };
    const strategy = await make({ ...options, keyId: "key-1" });
    const { header, claims } = await read(strategy);
    expect(header).toEqual({ ...options.headers, alg: "ES256", kid: "key-1", typ: "client-authentication+jwt" });
    expect(claims).toMatchObject({ ...options.claims, iss: "client-1", sub: "client-1", aud: issuer });
    const { jwk } = await keyPair("ES256");
    const fingerprint = (changes: object) =>
      privateKeyJwt({ issuer, algorithm: "ES256", key: jwk, ...changes }).fingerprint!((material) => material);
    expect(new Set([fingerprint({}), fingerprint(options), fingerprint({ claims: options.claims })]).size).toBe(3);
    expect(fingerprint(options)).toBe(fingerprint(options));
  });
});

describe("client_secret_jwt", () => {
  test.each([
    ["HS256", "sha256"],
    ["HS384", "sha384"],
    ["HS512", "sha512"],
  ] as const)("rule 44: signs %s with the bytes of the secret, without a kid", async (algorithm, digest) => {
    const { header, input, signature, secrets, assertion } = await read(clientSecretJwt(secret, { issuer, algorithm }));
    expect(header).toEqual({ alg: algorithm, typ: "client-authentication+jwt" });
    expect(signature).toBe(createHmac(digest, secret).update(input).digest("base64url"));
    expect(secrets).toEqual([assertion, secret]);
  });

  test("clientSecretJwt is identified by its secret", () => {
    expect(clientSecretJwt(secret, { issuer }).fingerprint!((material) => material)).toBe(secret);
  });
});

describe.each(algorithms)("private_key_jwt with %s", (algorithm) => {
  test("rules 42, 43 and 45: privateKeyJwt signs with a CryptoKey, a JWK and a signer, and reveals no part of the key", async () => {
    const { privateKey, jwk, sign, publicKey } = await keyPair(algorithm);
    for (const key of [privateKey, { ...jwk, kid: "key-1" }, sign]) {
      const keyId = "kid" in key ? {} : { keyId: "key-1" };
      const { header, input, signature } = await read(privateKeyJwt({ issuer, algorithm, key, ...keyId }));
      expect(header).toEqual({ alg: algorithm, kid: "key-1", typ: "client-authentication+jwt" });
      expect(await verify(algorithm, publicKey, input, signature!)).toBe(true);
    }
  });
});

describe("client assertions: content", () => {
  const now = () => Date.parse("2026-11-20T12:00:00.900Z");

  test("rules 33, 34, 35 and 36: the assertion is a compact JWS with the client as subject and exactly the issuer as audience", async () => {
    const { parameters, headers, claims, assertion } = await read(clientSecretJwt(secret, { issuer, now }));
    expect(headers).toBeUndefined();
    expect(parameters).toEqual({
      client_id: "client-1",
      client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
      client_assertion: assertion,
    });
    expect(assertion).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
    const iat = Date.UTC(2026, 10, 20, 12) / 1_000;
    expect(claims).toEqual({ iss: "client-1", sub: "client-1", aud: issuer, jti: expect.any(String), iat, exp: iat + 60 });
  });

  test("rule 37: the assertion does not depend on the token endpoint", async () => {
    const clientAuthentication = clientSecretJwt(secret, { issuer });
    const { parameters } = await clientAuthentication.authenticate({ ...context, tokenEndpoint: "https://evil.example/token" });
    expect(decode(parameters!.client_assertion!.split(".")[1]).aud).toBe(issuer);
  });

  test("rule 38: the assertion has another audience only with legacyAudience", async () => {
    const { claims } = await read(clientSecretJwt(secret, { issuer, legacyAudience: "https://auth.example/token" }));
    expect(claims.aud).toBe("https://auth.example/token");
  });

  test("rule 39: the assertion has no typ when typ is disabled", async () => {
    expect((await read(clientSecretJwt(secret, { issuer, typ: false }))).header).toEqual({ alg: "HS256" });
  });

  test("rule 40: the assertion has the configured lifetime, at most five minutes, and no nbf", async () => {
    const { claims } = await read(clientSecretJwt(secret, { issuer, lifetimeMs: 300_000 }));
    expect(claims.exp - claims.iat).toBe(300);
    expect(claims).not.toHaveProperty("nbf");
  });

  test("rule 41: the assertion has a new jti of 128 bits for each request, retries included", async () => {
    const { fetch, sent } = record((count) => (count < 3 ? new Response("", { status: 503 }) : Response.json(grant())));
    const clientAuthentication = clientSecretJwt(secret, { issuer });
    await createTokenSource(sampleRequest({ clientAuthentication }), { fetch, retry: { maxRetries: 2 } }).get();
    const ids = sent.map(({ body }) => decode(new URLSearchParams(body).get("client_assertion")!.split(".")[1]).jti);
    expect(new Set(ids).size).toBe(3);
    for (const id of ids) expect(Buffer.from(id, "base64url")).toHaveLength(16);
  });

  test("rule 93: errors and the logged authentication contain neither the assertion nor the secret", async () => {
    const clientAuthentication = clientSecretJwt(secret, { issuer });
    const { fetch, sent } = record((_, { body }) => new Response(`${body} ${secret}`, { status: 400 }));
    const error = await rejection(requestToken(sampleRequest({ clientAuthentication }), { fetch }));
    const assertion = new URLSearchParams(sent[0]?.body).get("client_assertion")!;
    const view = everyView([error, clientAuthentication]);
    for (const text of [...encodings(secret), assertion]) expect(view).not.toContain(text);
  });

  test("a token request option that duplicates a parameter of the assertion is rejected", async () => {
    const request = sampleRequest({
      clientAuthentication: clientSecretJwt(secret, { issuer }),
      parameters: { client_assertion: "x" },
    });
    expect(await rejection(requestToken(request, record()))).toMatchObject({
      issues: [{ path: "parameters.client_assertion" }],
    });
  });
});

describe("client assertions: identity of a key", () => {
  const fingerprint = (key: unknown, keyId?: string) =>
    privateKeyJwt({ issuer, algorithm: "ES256", key: key as CryptoKey, ...(keyId && { keyId }) }).fingerprint?.((text) => text);

  test("the identity of a JWK contains only its public part", async () => {
    const { jwk } = await keyPair("ES256");
    expect(fingerprint(jwk)).toBe(`ES256 P-256,${jwk.x},${jwk.y}`);
    expect(fingerprint(jwk)).not.toContain(jwk.d!);
  });

  test("the identity of an opaque key is its id, and missing without an id", async () => {
    const { privateKey, sign } = await keyPair("ES256");
    for (const key of [privateKey, sign]) {
      expect(fingerprint(key, "key-1")).toBe("ES256 key-1");
      expect(fingerprint(key)).toBeUndefined();
    }
  });
});
