import { generateKeyPairSync } from "node:crypto";
import { describe, expect, test } from "vitest";
import { isKeySet, withKnownMembers } from "../../../src/simulators/ory/keys.js";

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
    ["an unknown curve", { keys: [{ kty: "EC", crv: "P-999", x: "AQAB", y: "AQAB" }] }],
    ["a point that is not on the curve", { keys: [{ kty: "EC", crv: "P-256", x: "AQAB", y: "AQAB" }] }],
    ["a curve for key agreement", { keys: [{ kty: "OKP", crv: "X25519", x: "AA" }] }],
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

  test.each(["P-256", "P-384", "P-521"])("has generated keys of the curve %s", (namedCurve) => {
    const { publicKey } = generateKeyPairSync("ec", { namedCurve });
    const { x, ...jwk } = publicKey.export({ format: "jwk" });
    expect(isKeySet({ keys: [{ ...jwk, x }] })).toBe(true);
    expect(isKeySet({ keys: [{ ...jwk, x: jwk.y }] })).toBe(false);
  });

  test("may have padded base64 from 2.3 on, which is removed", () => {
    const keys = [{ ...key, n: "AQ==" }];
    expect([isKeySet({ keys }, false), isKeySet({ keys }, true)]).toEqual([false, true]);
    expect(withKnownMembers({ keys })).toEqual({ keys: [{ ...key, n: "AQ" }] });
  });

  test("keeps the members that are known, and says nothing of keys where there are none", () => {
    expect(withKnownMembers(undefined)).toBeUndefined();
    expect(withKnownMembers({})).toEqual({});
    const known = { ...key, kid: "1", use: "sig", "x5t#S256": "AA" };
    expect(withKnownMembers({ keys: [{ ...known, colour: "red" }], owner: "acme" } as object)).toEqual({ keys: [known] });
  });
});
