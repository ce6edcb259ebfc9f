import { createHash } from "node:crypto";
import { beforeAll, describe, expect, test } from "vitest";
import { createDpopKey, type DpopKey } from "../../../src/token/dpop/index.js";
import { everyView } from "../recorder.js";
import { hashOf, verifyProof } from "./proofs.js";

const target = { method: "POST", url: "https://auth.example/oauth2/token" };
const { subtle } = crypto;
const createPair = (namedCurve = "P-256") => subtle.generateKey({ name: "ECDSA", namedCurve }, true, ["sign", "verify"]);

let pair: CryptoKeyPair;
let privateJwk: JsonWebKey;
let key: DpopKey;
beforeAll(async () => {
  pair = await createPair();
  privateJwk = await subtle.exportKey("jwk", pair.privateKey);
  key = await createDpopKey({ key: pair });
});

describe("createDpopKey rejects invalid options", () => {
  test.each<[string, string, () => unknown]>([
    ["another algorithm", "algorithm", () => ({ algorithm: "HS256" })],
    ["an algorithm that does not sign", "algorithm", () => ({ algorithm: "none" })],
    ["a key of another curve", "key", async () => ({ key: await createPair("P-384") })],
    ["a public key", "key", async () => ({ key: { ...privateJwk, d: undefined } })],
    ["a private key without its public key", "key", () => ({ key: pair.privateKey })],
    ["two private keys", "key", () => ({ key: { privateKey: pair.privateKey, publicKey: pair.privateKey } })],
    ["a function", "key", () => ({ key: () => new Uint8Array(64) })],
    ["a date as now", "now", () => ({ now: new Date() })],
    ["an unknown option", "nonce", () => ({ nonce: "a" })],
  ])("%s", async (_, path, options) => {
    await expect(createDpopKey((await options()) as never)).rejects.toMatchObject({
      code: "invalid_configuration",
      issues: [{ path }],
    });
  });
});

describe("a proof", () => {
  test("rule 48: has the typ, an asymmetric algorithm and the public key alone", async () => {
    for (const tested of [
      key,
      await createDpopKey(),
      await createDpopKey({ key: { ...privateJwk, kid: "a", use: "sig" } as JsonWebKey }),
    ]) {
      const { header } = verifyProof(await tested.createProof(target));
      expect(header).toEqual({
        typ: "dpop+jwt",
        alg: "ES256",
        jwk: { kty: "EC", crv: "P-256", x: expect.any(String), y: expect.any(String) },
      });
    }
  });

  test("rule 49: has the method, the URL without query and fragment, the time and a new jti", async () => {
    const tested = await createDpopKey({ now: () => 1_700_000_000_900 });
    const url = "https://API.example:443/a%20b?tenant=1#part";
    const proofs = [await tested.createProof({ method: "POST", url }), await tested.createProof({ method: "POST", url })];
    const claims = proofs.map((proof) => verifyProof(proof).claims);
    expect(claims[0]).toEqual({
      jti: expect.stringMatching(/^[\w-]{22}$/),
      htm: "POST",
      htu: "https://api.example/a%20b",
      iat: 1_700_000_000,
    });
    expect(claims[0]?.jti).not.toBe(claims[1]?.jti);
  });

  test("rule 49: has the hash of the access token for a resource server, and none for the token endpoint", async () => {
    const { claims } = verifyProof(await key.createProof({ ...target, accessToken: "token-1" }));
    expect(claims.ath).toBe(hashOf("token-1"));
    expect(verifyProof(await key.createProof(target)).claims).not.toHaveProperty("ath");
  });

  test("requires an absolute URL", async () => {
    await expect(key.createProof({ method: "GET", url: "/orders" })).rejects.toBeInstanceOf(TypeError);
  });

  test.each(["ES384", "ES512", "RS256", "PS512", "EdDSA"] as const)(
    "can be signed with a new key for %s",
    async (algorithm) => {
      const proof = await (await createDpopKey({ algorithm })).createProof(target);
      const header = JSON.parse(Buffer.from(proof.split(".")[0] ?? "", "base64url").toString());
      expect(header).toMatchObject({ alg: algorithm });
      expect(Object.keys(header.jwk).sort().join()).toMatch(/^(crv,kty,x,y|crv,kty,x|e,kty,n)$/);
    },
  );
});

describe("a DPoP key", () => {
  test("rule 54: cannot be exported when the library creates it", async () => {
    const { generateKey } = subtle;
    const created: CryptoKeyPair[] = [];
    subtle.generateKey = (async (...parameters: never) => {
      const result = await (generateKey as (...all: never) => Promise<CryptoKeyPair>).apply(subtle, parameters);
      created.push(result);
      return result;
    }) as never;
    try {
      await createDpopKey();
    } finally {
      subtle.generateKey = generateKey;
    }
    expect(created.map(({ privateKey }) => privateKey.extractable)).toEqual([false]);
  });

  test("rule 93: does not appear in a log", () => {
    expect(everyView(key)).not.toContain(privateJwk.d);
  });

  test("has the thumbprint of RFC 7638", () => {
    const { crv, kty, x, y } = privateJwk;
    const thumbprint = createHash("sha256").update(JSON.stringify({ crv, kty, x, y })).digest("base64url");
    expect(key.thumbprint).toBe(thumbprint);
  });

  test("has the thumbprint of the example in RFC 7638 section 3.1", async () => {
    const { publicKey, privateKey } = await subtle.generateKey(
      { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256", modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]) },
      true,
      ["sign", "verify"],
    );
    const { n, e } = await subtle.exportKey("jwk", publicKey);
    const expected = createHash("sha256").update(`{"e":"${e}","kty":"RSA","n":"${n}"}`).digest("base64url");
    expect((await createDpopKey({ algorithm: "RS256", key: { publicKey, privateKey } })).thumbprint).toBe(expected);
  });
});

describe("nonces", () => {
  const response = (nonce: string, status = 200) => ({ status, headers: new Headers({ "dpop-nonce": nonce }) });
  const nonceOf = async (tested: DpopKey, request = target) => verifyProof(await tested.createProof(request)).claims.nonce;

  test.each(["", " ", 'a"b', "a b", "a\\b", "n".repeat(1_001)])("ignores the invalid nonce %j", async (nonce) => {
    const tested = await createDpopKey();
    expect(tested.updateNonce(target, { ...response("a"), headers: new Headers({ "dpop-nonce": nonce }) })).toBe(false);
    expect(await nonceOf(tested)).toBeUndefined();
  });

  test("rule 51: the last nonce of a response is used, that of a success too, for its origin and its kind of server", async () => {
    const tested = await createDpopKey();
    expect(tested.updateNonce(target, response("first"))).toBe(false);
    expect(tested.updateNonce(target, response("second"))).toBe(false);
    expect(await nonceOf(tested)).toBe("second");
    expect(await nonceOf(tested, { ...target, url: "https://auth.example/other" })).toBe("second");
    expect(await nonceOf(tested, { ...target, url: "https://other.example/" })).toBeUndefined();
    const resource = { ...target, accessToken: "token-1" };
    expect(await nonceOf(tested, resource)).toBeUndefined();
    tested.updateNonce(resource, response("third"));
    expect([await nonceOf(tested), await nonceOf(tested, resource)]).toEqual(["second", "third"]);
    expect(await nonceOf(await createDpopKey())).toBeUndefined();
  });

  test("keeps the nonces of at most 100 origins", async () => {
    const tested = await createDpopKey();
    const at = (index: number) => ({ method: "GET", url: `https://host-${index}.example/` });
    for (let index = 0; index <= 100; index += 1) tested.updateNonce(at(index), response(`nonce-${index}`));
    expect(await nonceOf(tested, at(0))).toBeUndefined();
    expect([await nonceOf(tested, at(1)), await nonceOf(tested, at(100))]).toEqual(["nonce-1", "nonce-100"]);
  });

  test("an error response requires another request only with a nonce, the status and the code", async () => {
    const tested = await createDpopKey();
    const text = '{"error": "use_dpop_nonce"}';
    const resource = { ...target, accessToken: "token-1" };
    const challenge = (value: string, status = 401) => ({
      status,
      headers: new Headers({ "dpop-nonce": "a", "www-authenticate": value }),
    });
    expect(tested.updateNonce(target, { status: 400, headers: new Headers(), text })).toBe(false);
    expect(tested.updateNonce(target, { ...response("a", 500), text })).toBe(false);
    expect(tested.updateNonce(target, { ...response("a", 400), text: '{"error":"invalid_dpop_proof"}' })).toBe(false);
    expect(tested.updateNonce(resource, challenge('Bearer error="use_dpop_nonce"'))).toBe(false);
    expect(tested.updateNonce(resource, challenge('DPoP error="invalid_token"'))).toBe(false);
    expect(tested.updateNonce(resource, challenge('DPoP error="use_dpop_nonce"', 400))).toBe(false);
    expect(tested.updateNonce(target, { ...response("a", 400), text })).toBe(true);
    expect(tested.updateNonce(resource, challenge('dpop error="use_dpop_nonce", algs="ES256"'))).toBe(true);
  });
});
