import { describe, expect, test } from "vitest";
import { durationProblem, issuerProblem, optionProblems, throwIfProblems } from "../../../src/token/server/request.js";

describe("authorization server requests: validation", () => {
  test("throwIfProblems reports every invalid field and the operation", () => {
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

  test.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 31, "1", null])("durationProblem rejects %s", (value) => {
    expect(durationProblem(value, "maxAgeMs")).toMatch(/^expected a number from 1 to/);
  });

  test("durationProblem accepts undefined and valid durations", () => {
    for (const value of [undefined, 1, 2 ** 31 - 1]) expect(durationProblem(value, "maxAgeMs")).toBeUndefined();
  });

  test("optionProblems reports each invalid option separately", () => {
    const problems = optionProblems({
      fetch: 1,
      signal: {},
      timeoutMs: 0,
      maxResponseBytes: -1,
      allowInsecureHttp: true,
    } as never);
    expect(Object.values(problems).every((problem) => problem !== undefined)).toBe(true);
    expect(Object.values(optionProblems({ fetch: async () => new Response() })).every((problem) => problem === undefined)).toBe(
      true,
    );
  });

  test.each([
    ["https://auth.example?a=b", "an issuer has no query"],
    ["https://auth.example?", "an issuer has no query"],
    ["https://auth.example/#a", "a URL with a fragment is refused"],
    ["http://auth.example", "127.0.0.0/8"],
    ["auth.example", "expected an absolute URL"],
  ])("rule 94: issuerProblem rejects the issuer %s", (value, problem) => {
    expect(issuerProblem(value)).toContain(problem);
  });

  test("rule 94: issuerProblem accepts an issuer with and without a path", () => {
    for (const value of ["https://auth.example", "https://auth.example/tenant/", "http://127.0.0.1:9"]) {
      expect(issuerProblem(value)).toBeUndefined();
    }
  });
});
