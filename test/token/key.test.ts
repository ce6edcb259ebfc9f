import { describe, expect, test } from "vitest";
import { requestKey } from "../../src/token/key.js";
import { encodings, sampleRequest, secret } from "./recorder.js";

const key = (changes: Parameters<typeof sampleRequest>[0]) => requestKey(sampleRequest(changes));

describe("requestKey: the cache key of a token request", () => {
  test.each([
    ["the token URL", { tokenEndpoint: "https://auth.example/other" }],
    ["the query of the token URL", { tokenEndpoint: "https://auth.example/oauth2/token?tenant=2" }],
    ["the client", { clientId: "client-2" }],
    ["the method", { clientAuthentication: { method: "other", authenticate: () => ({ secrets: [] }) } }],
    ["the scopes", { scopes: ["read"] }],
    ["the audiences", { audience: "read" }],
    ["the resources", { resource: "urn:read" }],
    ["an additional parameter", { parameters: { organization: "1" } }],
  ])("rules 58 and 86: the cache key depends on %s", (_, changes) => {
    expect(key(changes)).not.toBe(key({}));
  });

  test("rule 86: the cache key distinguishes lists of different options and joined values", () => {
    expect(key({ audience: "urn:a" })).not.toBe(key({ resource: "urn:a" }));
    expect(key({ audience: ["a", "b"] })).not.toBe(key({ audience: "a,b" }));
    expect(key({ parameters: { a: "b" } })).not.toBe(key({ parameters: { b: "a" } }));
  });

  test("rule 93: the cache key contains no secret", () => {
    for (const text of encodings(secret)) expect(key({})).not.toContain(text);
  });

  test("rule 86: the cache key does not depend on order, duplicates or omitted parameters", () => {
    expect(key({ scopes: ["b", "a", "b", ""] })).toBe(key({ scopes: ["a", "b"] }));
    expect(key({ audience: ["x"], resource: [] })).toBe(key({ audience: "x" }));
    expect(key({ parameters: { b: "2", a: "1", c: "" } })).toBe(key({ parameters: { a: "1", b: "2" } }));
    expect(key({ tokenEndpoint: "https://AUTH.example:443/oauth2/token" })).toBe(key({}));
  });
});
