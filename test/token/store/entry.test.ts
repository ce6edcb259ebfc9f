import * as fc from "fast-check";
import { afterEach, describe, expect, test, vi } from "vitest";
import { parseEntry, serializeEntry } from "../../../src/token/store/entry.js";
import type { AccessToken } from "../../../src/token/types.js";

const now = Date.UTC(2026, 10, 20);
const token: AccessToken = {
  value: "token-1",
  tokenType: "Bearer",
  lifetimeMs: 3_600_000,
  expiresAt: new Date(now + 3_600_000),
  scopes: ["read"],
  scopeSource: "response",
  additionalFields: { tenant: "a" },
};
const at = (ms: number) => vi.useFakeTimers({ now: now + ms, toFake: ["Date"] });
const entry = (changes: object) => JSON.stringify({ ...JSON.parse(serializeEntry(token)!), ...changes });
afterEach(() => {
  vi.useRealTimers();
});

describe("parseEntry: validation and lifetime", () => {
  test.each([
    ["undefined", undefined],
    ["invalid JSON", "{"],
    ["null", "null"],
    ["a token with a line break", entry({ value: "a\r\nb" })],
    ["a token that is not a string", entry({ value: 1 })],
    ["a lifetime that is not a number", entry({ lifetimeMs: "long" })],
    ["an expiry that is not a number", entry({ expiresAt: null })],
    ["missing scopes", entry({ scopes: undefined })],
    ["scopes that are not an array", entry({ scopes: "read", scopeSource: "response" })],
    ["scopes that are numbers", entry({ scopes: [1], scopeSource: "response" })],
  ])("parseEntry returns undefined for %s", (_, text) => {
    at(0);
    expect(parseEntry(text)).toBeUndefined();
  });

  test("parseEntry returns undefined in the last minute or the last fifth of the lifetime", () => {
    at(3_540_000);
    expect(parseEntry(entry({}))).toBeUndefined();
    at(8_000);
    expect(parseEntry(entry({ lifetimeMs: 10_000, expiresAt: now + 10_000 }))).toBeUndefined();
  });

  test("parseEntry never throws and modifies no prototype, for any text", () => {
    // `String` throws for an object whose `toString` is not a function.
    const toText = (value: unknown) => (Object(value) === value ? Object.prototype.toString.call(value) : String(value));
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json(), fc.jsonValue().map(toText)), (text) => {
        expect(() => parseEntry(text)).not.toThrow();
      }),
    );
    parseEntry('{"__proto__":{"polluted":true}}');
    expect({}).not.toHaveProperty("polluted");
  });

  test("parseEntry returns the token with its remaining lifetime, at most the lifetime of the response when a clock is wrong", () => {
    at(1_000_000);
    expect(parseEntry(serializeEntry(token))).toEqual({ ...token, lifetimeMs: 2_600_000 });
    at(-500_000);
    expect(parseEntry(serializeEntry(token))).toMatchObject({ lifetimeMs: 3_600_000 });
  });
});

describe("serializeEntry: tokens that are not stored", () => {
  test("serializeEntry returns undefined for a token without a lifetime", () => {
    const { lifetimeMs, expiresAt, ...withoutLifetime } = token;
    expect(serializeEntry(withoutLifetime)).toBeUndefined();
    expect(serializeEntry({ ...token, lifetimeMs: 0 })).toBeUndefined();
  });
});
