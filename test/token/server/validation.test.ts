import { describe, expect, test } from "vitest";
import { durationProblem, issuerProblem, optionProblems, throwIfProblems } from "../../../src/token/server/request.js";

describe("checks", () => {
  test("names every field that has a fault, and what was asked", () => {
    expect(() => throwIfProblems("revoke token", { a: "wrong", b: undefined, c: "worse" })).toThrow(
      expect.objectContaining({
        code: "invalid_configuration",
        message: "revoke token: a: wrong; c: worse",
        issues: [
          { path: "a", message: "wrong" },
          { path: "c", message: "worse" },
        ],
      }),
    );
    expect(() => throwIfProblems("revoke token", { a: undefined })).not.toThrow();
  });

  test.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 31, "1", null])("takes %s for no duration", (value) => {
    expect(durationProblem(value, "maxAgeMs")).toMatch(/^expected a number from 1 to/);
  });

  test("takes what can be a duration", () => {
    for (const value of [undefined, 1, 2 ** 31 - 1]) expect(durationProblem(value, "maxAgeMs")).toBeUndefined();
  });

  test("names each option by itself", () => {
    const faults = optionProblems({ fetch: 1, timeoutMs: 0, maxResponseBytes: -1, allowInsecureHttp: true } as never);
    expect(Object.values(faults).every((fault) => fault !== undefined)).toBe(true);
    expect(Object.values(optionProblems({ fetch: async () => new Response() })).every((fault) => fault === undefined)).toBe(
      true,
    );
  });

  test.each([
    ["https://auth.example?a=b", "an issuer has no query"],
    ["https://auth.example?", "an issuer has no query"],
    ["https://auth.example/#a", "a URL with a fragment is refused"],
    ["http://auth.example", "127.0.0.0/8"],
    ["auth.example", "expected an absolute URL"],
  ])("rule 94: takes %s for no issuer", (value, fault) => {
    expect(issuerProblem(value)).toContain(fault);
  });

  test("rule 94: takes an issuer with and without a path", () => {
    for (const value of ["https://auth.example", "https://auth.example/tenant/", "http://127.0.0.1:9"]) {
      expect(issuerProblem(value)).toBeUndefined();
    }
  });
});
