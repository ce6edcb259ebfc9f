import { describe, expect, test } from "vitest";
import { simulateOry } from "../../../src/simulators/ory/simulator.js";
import { create, form, grant, type Json, worker } from "./calls.js";

const assertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

describe("private_key_jwt", () => {
  const algorithms = {
    RS256: { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256", modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]) },
    PS256: { name: "RSA-PSS", hash: "SHA-256", saltLength: 32, modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]) },
    ES256: { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" },
  };
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");

  async function arrange(alg: keyof typeof algorithms = "ES256", keyMembers: Json = { use: "sig", kid: "k1" }) {
    const ory = simulateOry();
    const pair = (await crypto.subtle.generateKey(algorithms[alg], true, ["sign", "verify"])) as CryptoKeyPair;
    const key = { ...(await crypto.subtle.exportKey("jwk", pair.publicKey)), ...keyMembers };
    const registered = alg === "RS256" ? {} : { token_endpoint_auth_signing_alg: alg };
    const { client_id } = await create(ory, {
      ...worker,
      token_endpoint_auth_method: "private_key_jwt",
      jwks: { keys: [key] },
      ...registered,
    });
    const nowSeconds = Math.floor(Date.now() / 1000);
    const claims = {
      iss: client_id,
      sub: client_id,
      aud: `${ory.urls.public}/oauth2/token`,
      jti: crypto.randomUUID(),
      exp: nowSeconds + 60,
      iat: nowSeconds,
    };
    const send = async (
      changedClaims: Json = {},
      changedHeader: Json = {},
      parameters: Record<string, string> = {},
      signingKey = pair.privateKey,
    ) => {
      const input = `${encode({ alg, kid: "k1", ...changedHeader })}.${encode({ ...claims, ...changedClaims })}`;
      const signature = await crypto.subtle.sign(algorithms[alg], signingKey, new TextEncoder().encode(input));
      const client_assertion = `${input}.${Buffer.from(signature).toString("base64url")}`;
      return form(ory, "/oauth2/token", { ...grant, client_assertion_type: assertionType, client_assertion, ...parameters });
    };
    return { ory, send, claims, nowSeconds };
  }

  test.each<[string, Json, Json, Record<string, string>]>([
    ["another issuer", { iss: "me" }, {}, {}],
    ["another subject", { sub: "me" }, {}, {}],
    ["the issuer alone as audience", { aud: "http://127.0.0.1:4444" }, {}, {}],
    ["no audience", { aud: undefined }, {}, {}],
    ["no identifier", { jti: undefined }, {}, {}],
    ["no expiry", { exp: undefined }, {}, {}],
    ["times as text", { iat: "now" }, {}, {}],
    ["another algorithm", {}, { alg: "ES384" }, {}],
    ["no algorithm", {}, { alg: "none" }, {}],
    ["a different client_id parameter", {}, {}, { client_id: "me" }],
    ["a broken signature", {}, {}, { client_assertion: "e30.e30.e30" }],
    ["text that is not a JWT", {}, {}, { client_assertion: "hello" }],
  ])("rejects an assertion with %s", async (_case, claims, header, parameters) => {
    const { send } = await arrange();
    expect(await send(claims, header, parameters)).toMatchObject({ status: 401, json: { error: "invalid_client" } });
  });

  test("rejects an assertion that another key has signed", async () => {
    const { ory, send } = await arrange();
    const forger = await crypto.subtle.generateKey(algorithms.ES256, true, ["sign", "verify"]);
    expect((await send({}, {}, {}, forger.privateKey)).status).toBe(401);
    expect(ory.inspect(String(ory.clients[0]?.client_id))?.activeTokens).toBe(0);
    expect((await send()).status).toBe(200);
  });

  test.each<[string, Json]>([
    ["an exp in the past", { exp: 1 }],
    ["an iat in the future", { iat: 99_999_999_999 }],
    ["an nbf in the future", { nbf: 99_999_999_999 }],
  ])("returns 500 for %s", async (_case, claims) => {
    const { send } = await arrange();
    expect(await send(claims)).toMatchObject({ status: 500, json: { error: "error" } });
    expect((await send()).status).toBe(200);
  });

  test("returns 400 when no signing key has the id and type of the assertion", async () => {
    const misses = { status: 400, json: { error: "invalid_request" } };
    expect(await (await arrange()).send({}, { kid: "k2" })).toMatchObject(misses);
    expect(await (await arrange("ES256", { kid: "k1" })).send()).toMatchObject(misses);
    expect(await (await arrange("ES256", { kid: "k1", use: "enc" })).send()).toMatchObject(misses);
    const rsa = { use: "sig", kid: "k1", kty: "RSA", n: "AQAB", e: "AQAB" };
    expect(await (await arrange("ES256", rsa)).send()).toMatchObject(misses);
  });

  test("rejects a jti that was used, even by a rejected assertion", async () => {
    const { send } = await arrange();
    expect((await send({ aud: "elsewhere" })).status).toBe(401);
    expect(await send()).toMatchObject({ status: 400, json: { error: "jti_known" } });
    expect((await send({ jti: "fresh" })).status).toBe(200);
    expect((await send({ jti: "fresh" })).json.error).toBe("jti_known");
  });

  test.each(Object.keys(algorithms) as (keyof typeof algorithms)[])("issues a token for %s", async (alg) => {
    const { ory, send, claims } = await arrange(alg);
    expect((await send({ aud: ["x", claims.aud] }, { kid: undefined })).status).toBe(200);
    // The beginning of the header and of the claims. Fewer characters could occur in a key by chance.
    const seen = JSON.stringify(ory.requests);
    for (const part of [{ alg }, { iss: claims.iss }]) expect(seen).not.toContain(encode(part).slice(0, 10));
  });
});
