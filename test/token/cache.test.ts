import { describe, expect, test } from "vitest";
import { ConfigurationError } from "../../src/core/errors.js";
import { selfSignedTlsClientAuth, tlsClientAuth } from "../../src/token/auth/index.js";
import { clientSecretBasic, clientSecretPost } from "../../src/token/authentication.js";
import { createTokenCache } from "../../src/token/cache.js";
import { encodings, everyView, grant, record, sampleRequest, secret } from "./recorder.js";

const basic = (text: string) => sampleRequest({ clientAuthentication: clientSecretBasic(text) });

describe("a cache that cannot work", () => {
  test.each([
    ["maxSources", { maxSources: 0 }],
    ["maxSources", { maxSources: "many" as never }],
  ])("is refused for its option %s of %o", (path, options) => {
    expect(() => createTokenCache(options)).toThrow(ConfigurationError);
    expect(() => createTokenCache(options)).toThrow(`${path}: `);
  });

  test("refuses a request or an option of its sources when the first source is asked for, and sends nothing", () => {
    const { fetch, sent } = record();
    expect(() => createTokenCache({ fetch }).source(sampleRequest({ clientId: "" }))).toThrow("clientId: ");
    expect(() => createTokenCache({ fetch, retrys: 1 } as object).source(sampleRequest())).toThrow("retrys: ");
    expect(sent).toEqual([]);
  });
});

describe("requests that differ", () => {
  test.each([
    ["the secret", basic("secret-1"), basic("secret-2")],
    ["one sign of a long secret", basic(`${"a".repeat(500)}b`), basic(`${"a".repeat(500)}c`)],
    ["the order of the signs of the secret", basic("abcdefgh"), basic("abcdefhg")],
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
    ["a strategy that cannot be told from others", custom(), custom()],
  ])("rules 30 and 86: by %s never share a source", (_, one, other) => {
    const cache = createTokenCache();
    expect(cache.source(one)).not.toBe(cache.source(other));
  });

  test("rule 86: two tenants never mix, a thousand secrets neither", async () => {
    const { fetch, sent } = record((_, { headers }) => Response.json(grant({ access_token: headers.authorization?.slice(6) })));
    const cache = createTokenCache({ fetch });
    for (let index = 0; index < 1_000; index++) {
      const request = basic(`secret-${index}`);
      const { value } = await cache.source(request).get();
      expect(atob(value)).toBe(`client-1:secret-${index}`);
    }
    expect(sent).toHaveLength(1_000);
  });

  test("rule 93: leave no secret in any view of the cache or its sources", () => {
    const cache = createTokenCache();
    const view = everyView([cache, cache.source(sampleRequest())]);
    for (const spelling of encodings(secret)) expect(view).not.toContain(spelling);
  });
});

describe("the bound", () => {
  test("drops the source that was asked for longest ago, and only it", () => {
    const cache = createTokenCache({ maxSources: 2 });
    const [one, two] = [cache.source(basic("1")), cache.source(basic("2"))];
    expect(cache.source(basic("1"))).toBe(one);
    cache.source(basic("3"));
    expect(cache.source(basic("1"))).toBe(one);
    expect(cache.source(basic("2"))).not.toBe(two);
  });

  test("leaves a dropped source in working order for who holds it", async () => {
    const cache = createTokenCache({ ...record(), maxSources: 1 });
    const one = cache.source(basic("1"));
    cache.source(basic("2"));
    expect(await one.get()).toMatchObject({ value: "token-1" });
  });

  test("is empty after clear", () => {
    const cache = createTokenCache();
    const one = cache.source(sampleRequest());
    cache.clear();
    expect(cache.source(sampleRequest())).not.toBe(one);
  });
});

describe("equal requests", () => {
  test("share a source and its one request", async () => {
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

  test("are also those with the very same strategy, whatever it is", () => {
    const cache = createTokenCache();
    const request = custom();
    expect(cache.source(request)).toBe(cache.source({ ...request }));
  });
});

function tls(sign: string, strategy = tlsClientAuth) {
  return sampleRequest({ clientAuthentication: strategy({ thumbprint: sign.repeat(43) }) });
}

function custom() {
  return sampleRequest({ clientAuthentication: { method: "custom", authenticate: () => ({ secrets: [] }) } });
}
