import { describe, expect, test } from "vitest";
import { canImport, canRequestTokens, canRotateSecret } from "../../src/core/capabilities.js";

describe.each([
  ["canRotateSecret", canRotateSecret, "rotateSecret"],
  ["canRequestTokens", canRequestTokens, "tokenRequest"],
  ["canImport", canImport, "import"],
] as const)("%s", (_, can, verb) => {
  test("is false without the method, and with another value in its place", () => {
    expect(can({ vendor: "acme" })).toBe(false);
    for (const odd of [undefined, null, true, "rotate", {}]) expect(can({ vendor: "acme", [verb]: odd })).toBe(false);
  });

  test("is true with the method", () => {
    expect(can({ vendor: "acme", [verb]: () => undefined })).toBe(true);
  });
});
