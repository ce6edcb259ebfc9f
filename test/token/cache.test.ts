import { describe, expect, test } from "vitest";
import { ConfigurationError } from "../../src/core/errors.js";
import { selfSignedTlsClientAuth, tlsClientAuth } from "../../src/token/auth/index.js";
import { clientSecretBasic, clientSecretPost } from "../../src/token/authentication.js";
import { createTokenCache } from "../../src/token/cache.js";
import { encodings, everyView, grant, record, sampleRequest, secret } from "./recorder.js";

const basic = (text: string) => sampleRequest({ clientAuthentication: clientSecretBasic(text) });

describe("token cache: validation", () => {
  test.each([
    ["maxSources", { maxSources: 0 }],
    ["maxSources", { maxSources: "many" as never }],
  ])("createTokenCache rejects the option %s of %o", (path, options) => {
    expect(() => createTokenCache(options)).toThrow(ConfigurationError);
    expect(() => createTokenCache(options)).toThrow(`${path}: `);
  });

  test("the token cache rejects an invalid request or source option in source, before a request is sent", () => {
    const { fetch, sent } = record();
    expect(() => createTokenCache({ fetch }).source(sampleRequest({ clientId: "" }))).toThrow("clientId: ");
    expect(() => createTokenCache({ fetch, retrys: 1 } as object).source(sampleRequest())).toThrow("retrys: ");
    expect(sent).toEqual([]);
  });
});

describe("token cache: separation of requests", () => {
  test.each([
    ["the secret", basic("secret-1"), basic("secret-2")],
    ["one character of a long secret", basic(`${"a".repeat(500)}b`), basic(`${"a".repeat(500)}c`)],
    ["the order of the characters of the secret", basic("abcdefgh"), basic("abcdefhg")],
    ["the length of the secret", basic("a"), basic("aa")],
    ["the method", basic("secret"), sampleRequest({ clientAuthentication: clientSecretPost("secret") })],
    [
      "the encoding",
      basic("secret"),
      sampleRequest({ clientAuthentication: clientSecretBasic("secret", { formEncode: false }) }),
    ],
    ["the scopes", sampleRequest({ scopes: ["a"] }), sampleRequest({ scopes: ["b"] })],
    ["the certificate", tls("a"), tls("b")],
    ["the kind of certificate", tls("a"), tls("a", selfSignedTlsClientAuth)],
    ["a custom client authentication without an identity", custom(), custom()],
  ])("rules 30 and 86: requests that differ by %s do not share a token source", (_, one, other) => {
    const cache = createTokenCache();
    expect(cache.source(one)).not.toBe(cache.source(other));
  });

  test("rule 86: the token cache does not mix the tokens of 1,000 secrets", async () => {
    const { fetch, sent } = record((_, { headers }) => Response.json(grant({ access_token: headers.authorization?.slice(6) })));
    const cache = createTokenCache({ fetch });
    for (let index = 0; index < 1_000; index++) {
      const request = basic(`secret-${index}`);
      const { value } = await cache.source(request).get();
      expect(atob(value)).toBe(`client-1:secret-${index}`);
    }
    expect(sent).toHaveLength(1_000);
  });

  test("rule 93: a logged token cache contains no secret", () => {
    const cache = createTokenCache();
    const view = everyView([cache, cache.source(sampleRequest())]);
    for (const text of encodings(secret)) expect(view).not.toContain(text);
  });
});

describe("token cache: maximum number of sources", () => {
  test("the token cache removes only the least recently used source", () => {
    const cache = createTokenCache({ maxSources: 2 });
    const [one, two] = [cache.source(basic("1")), cache.source(basic("2"))];
    expect(cache.source(basic("1"))).toBe(one);
    cache.source(basic("3"));
    expect(cache.source(basic("1"))).toBe(one);
    expect(cache.source(basic("2"))).not.toBe(two);
  });

  test("a removed token source still works for its callers", async () => {
    const cache = createTokenCache({ ...record(), maxSources: 1 });
    const one = cache.source(basic("1"));
    cache.source(basic("2"));
    expect(await one.get()).toMatchObject({ value: "token-1" });
  });

  test("clear removes all sources of the token cache", () => {
    const cache = createTokenCache();
    const one = cache.source(sampleRequest());
    cache.clear();
    expect(cache.source(sampleRequest())).not.toBe(one);
  });
});

describe("token cache: equal requests", () => {
  test("equal requests share a token source and its token request", async () => {
    const { fetch, sent } = record();
    const cache = createTokenCache({ fetch });
    const sources = [
      cache.source({ ...basic("s"), scopes: ["a", "b"] }),
      cache.source({ ...basic("s"), scopes: ["b", "a", "a"], audience: [] }),
    ];
    expect(sources[0]).toBe(sources[1]);
    await Promise.all(sources.map((source) => source.get()));
    expect(sent).toHaveLength(1);
  });

  test("requests with the same client authentication object share a token source", () => {
    const cache = createTokenCache();
    const request = custom();
    expect(cache.source(request)).toBe(cache.source({ ...request }));
  });
});

function tls(character: string, strategy = tlsClientAuth) {
  return sampleRequest({ clientAuthentication: strategy({ thumbprint: character.repeat(43) }) });
}

function custom() {
  return sampleRequest({ clientAuthentication: { method: "custom", authenticate: () => ({ secrets: [] }) } });
}
