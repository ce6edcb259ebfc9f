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

describe("an entry that is read", () => {
  test.each([
    ["no text", undefined],
    ["no JSON", "{"],
    ["null", "null"],
    ["a token that would split a header", entry({ value: "a\r\nb" })],
    ["a token that is no text", entry({ value: 1 })],
    ["a lifetime that is none", entry({ lifetimeMs: "long" })],
    ["an end that is none", entry({ expiresAt: null })],
    ["no scope", entry({ scopes: undefined })],
    ["a scope that is no list", entry({ scopes: "read", scopeSource: "response" })],
    ["a scope of numbers", entry({ scopes: [1], scopeSource: "response" })],
  ])("is nothing: %s", (_, text) => {
    at(0);
    expect(parseEntry(text)).toBeUndefined();
  });

  test("is nothing in the last minute, or the last fifth, of its life", () => {
    at(3_540_000);
    expect(parseEntry(entry({}))).toBeUndefined();
    at(8_000);
    expect(parseEntry(entry({ lifetimeMs: 10_000, expiresAt: now + 10_000 }))).toBeUndefined();
  });

  test("never throws and changes no prototype, whatever stands there", () => {
    // Not by `String`, which throws at what has a `toString` that is none.
    const spelt = (value: unknown) => (Object(value) === value ? Object.prototype.toString.call(value) : String(value));
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json(), fc.jsonValue().map(spelt)), (text) => {
        expect(() => parseEntry(text)).not.toThrow();
      }),
    );
    parseEntry('{"__proto__":{"polluted":true}}');
    expect({}).not.toHaveProperty("polluted");
  });

  test("is the token with what is left of its lifetime, and no more than the server said where a clock is wrong", () => {
    at(1_000_000);
    expect(parseEntry(serializeEntry(token))).toEqual({ ...token, lifetimeMs: 2_600_000 });
    at(-500_000);
    expect(parseEntry(serializeEntry(token))).toMatchObject({ lifetimeMs: 3_600_000 });
  });
});

describe("an entry that is written", () => {
  test("is nothing without a lifetime", () => {
    const { lifetimeMs, expiresAt, ...endless } = token;
    expect(serializeEntry(endless)).toBeUndefined();
    expect(serializeEntry({ ...token, lifetimeMs: 0 })).toBeUndefined();
  });
});
