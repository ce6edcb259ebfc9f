import { describe, expect, test } from "vitest";
import { isKeySet, knownMembers } from "../../../src/simulators/ory/keys.js";

describe("a key set", () => {
  const key = { kty: "RSA", n: "AQAB", e: "AQAB" };

  test.each<[string, unknown]>([
    ["a list", []],
    ["text for the keys", { keys: "x" }],
    ["text for a key", { keys: ["x"] }],
    ["null for a key", { keys: [null] }],
    ["no kind", { keys: [{ ...key, kty: undefined }] }],
    ["a kind that only objects have", { keys: [{ ...key, kty: "toString" }] }],
    ["a member too few", { keys: [key, { kty: "EC", crv: "P-256", x: "AQAB" }] }],
    ["an empty member", { keys: [{ ...key, n: "" }] }],
    ["a member that is no text", { keys: [{ ...key, e: 65_537 }] }],
    ["another alphabet", { keys: [{ ...key, n: "AQ+B" }] }],
    ["padding", { keys: [{ ...key, n: "AQ==" }] }],
    ["a length that no bytes have", { keys: [{ ...key, n: "AQABA" }] }],
    ["a private member that is no base64", { keys: [{ ...key, d: "***" }] }],
  ])("is not one with %s", (_case, set) => {
    expect(isKeySet(set)).toBe(false);
  });

  test.each([
    {},
    { keys: null },
    { keys: [] },
    { keys: [key, { kty: "oct", k: "AAAA" }, { kty: "OKP", crv: "Ed25519", x: "AA" }] },
  ])("may be %j", (set) => {
    expect(isKeySet(set)).toBe(true);
  });

  test("keeps the members that are known, and says nothing of keys where there are none", () => {
    expect(knownMembers(undefined)).toBeUndefined();
    expect(knownMembers({})).toEqual({});
    const known = { ...key, kid: "1", use: "sig", "x5t#S256": "AA" };
    expect(knownMembers({ keys: [{ ...known, colour: "red" }], owner: "acme" } as object)).toEqual({ keys: [known] });
  });
});
