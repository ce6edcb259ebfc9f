import { generateKeyPairSync } from "node:crypto";
import { describe, expect, test } from "vitest";
import { isKeySet, withKnownMembers } from "../../../src/simulators/ory/keys.js";

describe("a JWK set", () => {
  const key = { kty: "RSA", n: "AQAB", e: "AQAB" };

  test.each<[string, unknown]>([
    ["an array", []],
    ["a string as keys", { keys: "x" }],
    ["a string as a key", { keys: ["x"] }],
    ["null as a key", { keys: [null] }],
    ["no kty", { keys: [{ ...key, kty: undefined }] }],
    ["a kty that is a property of Object.prototype", { keys: [{ ...key, kty: "toString" }] }],
    ["a missing member", { keys: [key, { kty: "EC", crv: "P-256", x: "AQAB" }] }],
    ["an empty member", { keys: [{ ...key, n: "" }] }],
    ["a member that is not a string", { keys: [{ ...key, e: 65_537 }] }],
    ["a character that is not base64url", { keys: [{ ...key, n: "AQ+B" }] }],
    ["an unknown curve", { keys: [{ kty: "EC", crv: "P-999", x: "AQAB", y: "AQAB" }] }],
    ["a point that is not on the curve", { keys: [{ kty: "EC", crv: "P-256", x: "AQAB", y: "AQAB" }] }],
    ["a curve for key agreement", { keys: [{ kty: "OKP", crv: "X25519", x: "AA" }] }],
    ["an impossible base64url length", { keys: [{ ...key, n: "AQABA" }] }],
    ["a private member that is not base64url", { keys: [{ ...key, d: "***" }] }],
  ])("is invalid with %s", (_case, set) => {
    expect(isKeySet(set)).toBe(false);
  });

  test.each([
    {},
    { keys: null },
    { keys: [] },
    { keys: [key, { kty: "oct", k: "AAAA" }, { kty: "OKP", crv: "Ed25519", x: "AA" }] },
  ])("is valid as %j", (set) => {
    expect(isKeySet(set)).toBe(true);
  });

  test.each(["P-256", "P-384", "P-521"])("is valid with a generated key of the curve %s", (namedCurve) => {
    const { publicKey } = generateKeyPairSync("ec", { namedCurve });
    const { x, ...jwk } = publicKey.export({ format: "jwk" });
    expect(isKeySet({ keys: [{ ...jwk, x }] })).toBe(true);
    expect(isKeySet({ keys: [{ ...jwk, x: jwk.y }] })).toBe(false);
  });

  test("may contain padded base64url from 2.3 on, and the padding is removed", () => {
    const keys = [{ ...key, n: "AQ==" }];
    expect([isKeySet({ keys }, false), isKeySet({ keys }, true)]).toEqual([false, true]);
    expect(withKnownMembers({ keys })).toEqual({ keys: [{ ...key, n: "AQ" }] });
  });

  test("keeps its known members, and undefined and empty sets stay as they are", () => {
    expect(withKnownMembers(undefined)).toBeUndefined();
    expect(withKnownMembers({})).toEqual({});
    const known = { ...key, kid: "1", use: "sig", "x5t#S256": "AA" };
    expect(withKnownMembers({ keys: [{ ...known, colour: "red" }], owner: "acme" } as object)).toEqual({ keys: [known] });
  });
});
