import { beforeAll, describe, expect, test } from "vitest";
import { clientSecretJwt } from "../../../src/token/auth/index.js";
import { createTokenCache } from "../../../src/token/cache.js";
import { createDpopKey, type DpopKey, withDpop } from "../../../src/token/dpop/index.js";
import { requestToken } from "../../../src/token/request.js";
import { createTokenSource } from "../../../src/token/source.js";
import { createSharedTokenStore } from "../../../src/token/store/index.js";
import { everyView, grant, record, rejection, type Sent, sampleRequest } from "../recorder.js";
import { memoryStore } from "../store/memory.js";
import { verifyProof } from "./proofs.js";

let key: DpopKey;
let other: DpopKey;
beforeAll(async () => {
  [key, other] = [await createDpopKey(), await createDpopKey()];
});

const dpopGrant = (changes = {}) => Response.json(grant({ token_type: "DPoP", ...changes }));
const nonceError = (nonce: string | undefined) =>
  Response.json(
    { error: "use_dpop_nonce", error_description: "a nonce is required" },
    { status: 400, headers: nonce === undefined ? {} : { "dpop-nonce": nonce } },
  );
const claimsOf = ({ headers }: Sent) => verifyProof(headers.dpop ?? "").claims;
const withAssertion = () =>
  sampleRequest({
    clientAuthentication: clientSecretJwt("a secret of more than 32 characters", { issuer: "https://auth.example" }),
  });

describe("a request that cannot be bound is rejected", () => {
  test.each<[string, () => [unknown, unknown]]>([
    ["clientAuthentication", () => [{}, key]],
    ["clientAuthentication", () => [undefined, key]],
    ["key", () => [sampleRequest(), {}]],
    ["key", () => [sampleRequest(), undefined]],
  ])("%s", (path, create) => {
    const [request, tested] = create();
    expect(() => withDpop(request as never, tested as never)).toThrow(
      expect.objectContaining({ code: "invalid_configuration", issues: [expect.objectContaining({ path })] }),
    );
  });
});

describe("the token type", () => {
  test("rule 52: a Bearer token is rejected when DPoP was requested, and a DPoP token when it was not", async () => {
    const bearer = record(() => Response.json(grant()));
    expect(String(await rejection(requestToken(withDpop(sampleRequest(), key), bearer)))).toContain(
      "token_type: expected DPoP",
    );
    const dpop = record(() => dpopGrant());
    expect(String(await rejection(requestToken(sampleRequest(), dpop)))).toContain("token_type: expected Bearer");
  });

  test("rule 63: is compared without regard to case", async () => {
    const { fetch } = record(() => dpopGrant({ token_type: "dpop" }));
    expect(await requestToken(withDpop(sampleRequest(), key), { fetch })).toMatchObject({
      tokenType: "DPoP",
      value: "token-1",
    });
  });
});

describe("a server that requires nonces", () => {
  test("rule 50: fails the request when it requires another nonce for the second request", async () => {
    let count = 0;
    const { fetch, sent } = record(() => nonceError(`nonce-${++count}`));
    const error = await rejection(requestToken(withDpop(sampleRequest(), await createDpopKey()), { fetch }));
    expect(error).toMatchObject({ code: "token_endpoint_error", error: "use_dpop_nonce", status: 400 });
    expect(sent.map((one) => claimsOf(one).nonce)).toEqual([undefined, "nonce-1"]);
  });

  test("rule 50: fails the request when the error response has no nonce", async () => {
    const { fetch, sent } = record(() => nonceError(undefined));
    expect(await rejection(requestToken(withDpop(sampleRequest(), key), { fetch }))).toMatchObject({ error: "use_dpop_nonce" });
    expect(sent).toHaveLength(1);
  });

  test("rules 41 and 50: gets a second request with the nonce, a new proof and a new client assertion", async () => {
    const { fetch, sent } = record((count) => (count === 1 ? nonceError("nonce-1") : dpopGrant()));
    await requestToken(withDpop(withAssertion(), await createDpopKey()), { fetch });
    const claims = sent.map(claimsOf);
    expect(claims.map(({ nonce }) => nonce)).toEqual([undefined, "nonce-1"]);
    expect(claims.map(({ htm, htu }) => [htm, htu])).toEqual([
      ["POST", "https://auth.example/oauth2/token"],
      ["POST", "https://auth.example/oauth2/token"],
    ]);
    expect(new Set(claims.map(({ jti }) => jti)).size).toBe(2);
    expect(new Set(sent.map(({ body }) => new URLSearchParams(body).get("client_assertion"))).size).toBe(2);
  });

  test("rule 51: gets the last nonce in the next request, also one from a success", async () => {
    const tested = await createDpopKey();
    const { fetch, sent } = record((count) =>
      Response.json(grant({ token_type: "DPoP" }), { headers: { "dpop-nonce": `nonce-${count}` } }),
    );
    const request = withDpop(sampleRequest(), tested);
    for (let count = 0; count < 3; count += 1) await requestToken(request, { fetch });
    expect(sent.map((one) => claimsOf(one).nonce)).toEqual([undefined, "nonce-1", "nonce-2"]);
  });

  test("rules 50 and 51: concurrent requests each repeat once while the server rotates its nonce", async () => {
    const tested = await createDpopKey();
    const issued = new Set<unknown>();
    // Each response has a new nonce. The server accepts every nonce that it has issued.
    const { fetch, sent } = record((count, { headers }: Sent) => {
      const nonce = `nonce-${count}`;
      const isKnown = issued.has(verifyProof(headers.dpop ?? "").claims.nonce);
      issued.add(nonce);
      return isKnown ? Response.json(grant({ token_type: "DPoP" }), { headers: { "dpop-nonce": nonce } }) : nonceError(nonce);
    });
    const request = withDpop(sampleRequest(), tested);
    const ask = () => Promise.all(Array.from({ length: 20 }, () => requestToken(request, { fetch })));
    await ask();
    expect(sent).toHaveLength(40);
    await ask();
    expect(sent).toHaveLength(60);
    expect(new Set(sent.map((one) => claimsOf(one).jti)).size).toBe(60);
  });

  test("a retry after a transient failure has a new proof", async () => {
    const { fetch, sent } = record((count) => (count === 1 ? new Response("", { status: 503 }) : dpopGrant()));
    await createTokenSource(withDpop(sampleRequest(), key), { fetch, retry: { initialDelayMs: 0 } }).get();
    expect(new Set(sent.map((one) => claimsOf(one).jti)).size).toBe(2);
  });
});

describe("tokens of different keys", () => {
  test("rules 54 and 86: have different sources in a cache, and one key has one source", () => {
    const cache = createTokenCache();
    const request = sampleRequest();
    const noFingerprint = sampleRequest({ clientAuthentication: { method: "a", authenticate: () => ({ secrets: [] }) } });
    for (const one of [request, noFingerprint]) {
      const sources = [cache.source(one), cache.source(withDpop(one, key)), cache.source(withDpop(one, other))];
      expect(new Set(sources).size).toBe(3);
      expect(cache.source(withDpop(one, key))).toBe(sources[1]);
    }
  });

  test("rules 54 and 86: have different entries in a shared store, which returns the token type", async () => {
    const { store } = memoryStore();
    let count = 0;
    const { fetch, sent } = record(() => dpopGrant({ access_token: `token-${++count}` }));
    const get = (tested: DpopKey) =>
      createTokenSource(withDpop(sampleRequest(), tested), { fetch, store: createSharedTokenStore(store) }).get();
    expect(await get(key)).toMatchObject({ tokenType: "DPoP", value: "token-1" });
    expect(await get(key)).toMatchObject({ tokenType: "DPoP", value: "token-1" });
    expect(await get(other)).toMatchObject({ tokenType: "DPoP", value: "token-2" });
    expect(sent).toHaveLength(2);
  });
});

test("rule 93: no error contains a proof", async () => {
  const { fetch } = record((_count, { headers }) =>
    Response.json({ error: "invalid_dpop_proof", error_description: `refused ${headers.dpop}` }, { status: 400 }),
  );
  const error = await rejection(requestToken(withDpop(sampleRequest(), key), { fetch }));
  expect(error).toMatchObject({ error: "invalid_dpop_proof" });
  expect(everyView(error)).not.toContain("eyJ");
});
