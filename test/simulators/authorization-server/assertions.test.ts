import { createHmac, generateKeyPairSync, sign as signature } from "node:crypto";
import { describe, expect, test } from "vitest";
import {
  type AssertionContext,
  assertionAlgorithms,
  verifyAssertion,
} from "../../../src/simulators/authorization-server/assertions.js";
import { createClientStore } from "../../../src/simulators/authorization-server/clients.js";
import { createSimulatedTime } from "../../../src/simulators/core/time.js";
import { fixedNow } from "../../time.js";
import { issuer } from "./calls.js";

const secret = "a".repeat(64);
const key = generateKeyPairSync("ec", { namedCurve: "P-256" });
const other = generateKeyPairSync("ec", { namedCurve: "P-256" });
const jwk = (pair: typeof key, kid: string) => ({ ...pair.publicKey.export({ format: "jwk" }), kid });
const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
const seconds = () => Math.floor(fixedNow()() / 1_000);

const claims = (changes: object = {}) => ({
  iss: "keyed",
  sub: "keyed",
  aud: issuer,
  jti: crypto.randomUUID(),
  iat: seconds(),
  exp: seconds() + 60,
  ...changes,
});

// Node's own cryptography signs, which is independent of the code under test and of the code of the simulator.
function assertion(changes: object = {}, header: object = {}, signer = key): string {
  const input = `${part({ alg: "ES256", kid: "one", ...header })}.${part(claims(changes))}`;
  return `${input}.${signature("sha256", Buffer.from(input), { key: signer.privateKey, dsaEncoding: "ieee-p1363" }).toString("base64url")}`;
}

function byHash(hash: string, changes: object = {}, header: object = {}, used = secret): string {
  const input = `${part({ alg: `HS${hash.slice(3)}`, ...header })}.${part(claims({ iss: "hashed", sub: "hashed", ...changes }))}`;
  return `${input}.${createHmac(hash, used).update(input).digest("base64url")}`;
}

function setup(changes: Partial<AssertionContext> = {}) {
  const { now, advanceTime } = createSimulatedTime(fixedNow());
  const store = createClientStore(now);
  store.add({ clientId: "keyed", jwks: { keys: [jwk(key, "one"), jwk(other, "two")] } });
  store.add({ clientId: "hashed", secret, method: "client_secret_jwt" });
  store.add({ clientId: "only-256", secret, method: "client_secret_jwt", algorithm: "HS256" });
  store.add({ clientId: "by-basic", secret });
  const context = { find: store.find, clientId: null, issuer, tokenEndpoint: `${issuer}/token`, isLenient: false, now };
  const usedJtis = new Set<string>();
  return { advanceTime, store, verify: (text: string) => verifyAssertion(text, { ...context, usedJtis, ...changes }) };
}

describe("verifyAssertion rejects", () => {
  test.each([
    ["a text that is not a JWS", "a"],
    ["more than three parts", `${assertion()}.a`],
    ["a header that is not JSON", "YQ.YQ.YQ"],
    ["a missing signature", assertion().replace(/\.[^.]+$/, ".")],
    ["other claims with the signature of the original claims", assertion().replace(/\.[^.]+\./, `.${part(claims())}.`)],
    ["a signature by another key", assertion({}, {}, other)],
    ["a key id that is not registered", assertion({}, { kid: "three" })],
    ["rule 42: the algorithm none", assertion({}, { alg: "none" })],
    ["rule 42: an HMAC algorithm for a client with public keys", assertion({}, { alg: "HS256" })],
    ["rule 39: another token type in typ", assertion({}, { typ: "at+jwt" })],
    ["rule 35: an iss that differs from sub", assertion({ iss: "hashed" })],
    ["rule 35: an unknown client", assertion({ iss: "unknown", sub: "unknown" })],
    ["rule 36: the token endpoint as the audience", assertion({ aud: `${issuer}/token` })],
    ["rule 36: an audience with a trailing slash", assertion({ aud: `${issuer}/` })],
    ["rule 36: an array as the audience", assertion({ aud: [issuer] })],
    ["rule 40: a missing exp", assertion({ exp: undefined })],
    ["rule 40: an exp in the past", assertion({ exp: seconds() - 1 })],
    ["rule 40: an exp too far in the future", assertion({ exp: seconds() + 400 })],
    ["rule 40: an iat in the future", assertion({ iat: seconds() + 10 })],
    ["rule 40: an nbf in the future", assertion({ nbf: seconds() + 10 })],
    ["rule 41: a missing jti", assertion({ jti: undefined })],
    ["rule 44: a kid in an assertion that is signed with a secret", byHash("sha256", {}, { kid: "one" })],
    ["rule 44: an HMAC of another secret", byHash("sha256", {}, {}, "b".repeat(64))],
    ["an algorithm other than the registered one", byHash("sha512", { iss: "only-256", sub: "only-256" })],
    [
      "an assertion of a client that is registered for client_secret_basic",
      byHash("sha256", { iss: "by-basic", sub: "by-basic" }),
    ],
  ])("%s", async (_, text) => {
    await expect(setup().verify(text)).rejects.toMatchObject({ status: 401, code: "invalid_client" });
  });

  test("rule 41: an assertion that has been used before", async () => {
    const { verify } = setup();
    const text = assertion();
    await verify(text);
    await expect(verify(text)).rejects.toMatchObject({ code: "invalid_client" });
  });

  test("rule 34: a client_id in the form that differs from sub", async () => {
    await expect(setup({ clientId: "hashed" }).verify(assertion())).rejects.toMatchObject({ code: "invalid_client" });
  });

  test("a valid assertion after its exp", async () => {
    const { advanceTime, verify } = setup();
    const text = assertion();
    advanceTime(61_000);
    await expect(verify(text)).rejects.toMatchObject({ code: "invalid_client" });
  });
});

describe("verifyAssertion accepts", () => {
  test.each([undefined, "JWT", "client-authentication+jwt"])("an assertion of type %s", async (typ) => {
    expect(await setup({ clientId: "keyed" }).verify(assertion({}, { typ }))).toMatchObject({
      settings: { clientId: "keyed" },
    });
  });

  test("an assertion of each registered key, with or without kid", async () => {
    expect(await setup().verify(assertion({}, { kid: "two" }, other))).toBeDefined();
    expect(await setup().verify(assertion({}, { kid: undefined }, other))).toBeDefined();
  });

  test.each(["sha256", "sha384", "sha512"])("an HMAC with %s", async (hash) => {
    expect(await setup().verify(byHash(hash))).toMatchObject({ settings: { clientId: "hashed" } });
  });

  test("the legacy audiences when isLenient is true", async () => {
    for (const aud of [issuer, `${issuer}/token`, ["x", issuer]]) {
      expect(await setup({ isLenient: true }).verify(assertion({ aud }))).toBeDefined();
    }
  });

  test("an assertion of each supported algorithm", async () => {
    const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const ed = generateKeyPairSync("ed25519");
    const made: Record<string, (input: Buffer) => Buffer> = {
      RS256: (input) => signature("sha256", input, rsa.privateKey),
      PS256: (input) => signature("sha256", input, { key: rsa.privateKey, padding: 6, saltLength: 32 }),
      EdDSA: (input) => signature(null, input, ed.privateKey),
      Ed25519: (input) => signature(null, input, ed.privateKey),
    };
    const { store, verify } = setup();
    store.add({ clientId: "keyed", jwks: { keys: [rsa, ed].map((pair) => pair.publicKey.export({ format: "jwk" })) } });
    for (const [alg, sign] of Object.entries(made)) {
      const input = `${part({ alg })}.${part(claims())}`;
      expect(await verify(`${input}.${sign(Buffer.from(input)).toString("base64url")}`), alg).toBeDefined();
    }
    expect([...Object.keys(made), "ES256", "HS256", "HS384", "HS512"].sort()).toEqual([...assertionAlgorithms].sort());
  });
});
