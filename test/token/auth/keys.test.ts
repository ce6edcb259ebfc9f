import { describe, expect, test } from "vitest";
import { createKeySigner, createSecretSigner, isCryptoKey, keyProblem } from "../../../src/token/auth/keys.js";
import { everyView, rejection } from "../recorder.js";
import { keyPair, weakPair } from "./key-pairs.js";

describe("createKeySigner: a JWK that the platform does not import", () => {
  test("the error names the key, and the members that an RSA key needs", async () => {
    const [es, rs] = await Promise.all([keyPair("ES256"), keyPair("RS256")]);
    const { p, q, dp, dq, qi, ...withoutPrimes } = rs.jwk;
    for (const [jwk, algorithm, message] of [
      [{ ...es.jwk, d: "canary" }, "ES256", "expected a valid private JWK for ES256"],
      [withoutPrimes, "RS256", "expected a valid private JWK for RS256 with p, q, dp, dq and qi"],
    ] as const) {
      const error = await rejection(createKeySigner(jwk, algorithm)(new Uint8Array([1])));
      expect(error).toMatchObject({ code: "invalid_configuration", issues: [{ path: "key", message }] });
      expect(everyView(error)).not.toContain("canary");
    }
  });
});

describe("keyProblem: validation of keys", () => {
  test.each([undefined, null, "-----BEGIN PRIVATE KEY-----", 7, {}, []])("keyProblem rejects %o", (key) => {
    expect(keyProblem(key, "ES256")).toMatch(/^expected a private key/);
  });

  test("rule 43: keyProblem rejects a public key, as a CryptoKey and as a JWK", async () => {
    const { publicKey, jwk } = await keyPair("ES256");
    const { d, ...open } = jwk;
    for (const key of [publicKey, open]) expect(keyProblem(key, "ES256")).toMatch(/^expected a private key/);
  });

  test("rule 42: keyProblem rejects a key for another algorithm", async () => {
    const [es, rs, ed] = await Promise.all([keyPair("ES256"), keyPair("RS256"), keyPair("EdDSA")]);
    const p384 = await keyPair("ES256", { name: "ECDSA", namedCurve: "P-384" });
    for (const { privateKey, jwk } of [rs, ed, p384]) {
      for (const key of [privateKey, jwk]) expect(keyProblem(key, "ES256")).toMatch(/^expected a (key for ES256|private key)/);
    }
    expect(keyProblem(rs.privateKey, "PS256")).toBe("expected a key for PS256");
    expect(keyProblem({ ...rs.jwk, alg: "RS256" }, "PS256")).toBe("expected a key for PS256");
    expect(keyProblem(es.jwk, "EdDSA")).toMatch(/^expected/);
  });

  test("rule 43: keyProblem rejects an RSA key of less than 2048 bits", async () => {
    const { privateKey, jwk } = await weakPair(1_024);
    for (const key of [privateKey, jwk]) expect(keyProblem(key, "RS256")).toBe("expected an RSA key of at least 2048 bits");
  });

  test("keyProblem accepts a valid key", async () => {
    for (const algorithm of ["ES256", "RS256", "PS256", "EdDSA"] as const) {
      const { privateKey, jwk } = await keyPair(algorithm);
      for (const key of [privateKey, { ...jwk, alg: algorithm }]) expect(keyProblem(key, algorithm)).toBeUndefined();
    }
  });
});

describe("signing keys: signatures", () => {
  test("signing with an invalid JWK rejects with the error of WebCrypto on each call and omits the key", async () => {
    const { jwk } = await keyPair("ES256");
    const sign = createKeySigner({ ...jwk, x: "AAAA" }, "ES256");
    const errors = [await rejection(sign(new Uint8Array(1))), await rejection(sign(new Uint8Array(1)))];
    for (const error of errors) {
      expect(error).toBeInstanceOf(Error);
      expect(everyView(error)).not.toContain(jwk.d);
    }
  });

  test("signing accepts a JWK with any use", async () => {
    const { jwk } = await keyPair("ES256");
    const sign = createKeySigner({ ...jwk, use: "sig", key_ops: ["sign"], ext: false }, "ES256");
    expect(await sign(new Uint8Array(1))).toHaveLength(64);
  });

  test("a signature with a secret has the length of the digest", async () => {
    expect(await createSecretSigner("s".repeat(64), "SHA-512")(new Uint8Array(1))).toHaveLength(64);
  });

  test("a CryptoKey is recognized", async () => {
    const { privateKey, jwk } = await keyPair("ES256");
    expect([privateKey, jwk, undefined].map(isCryptoKey)).toEqual([true, false, false]);
  });
});
