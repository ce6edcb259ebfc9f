import { describe, expect, test } from "vitest";
import { ConfigurationError } from "../../src/core/errors.js";
import {
  credentialProblem,
  findIssues,
  functionProblem,
  listRule,
  numberRule,
  textRule,
  throwIfIssues,
  toIssues,
} from "../../src/token/checks.js";

describe("throwIfIssues: errors", () => {
  test("throwIfIssues throws one error with all validation issues", () => {
    const issues = [
      { path: "a", message: "is wrong" },
      { path: "c.0", message: "is odd" },
    ];
    expect(() => throwIfIssues(issues)).toThrow(ConfigurationError);
    expect(() => throwIfIssues(issues)).toThrow(
      expect.objectContaining({ message: "token request: a: is wrong; c.0: is odd", issues }),
    );
  });

  test("throwIfIssues returns when there is no validation issue", () => {
    expect(() => throwIfIssues([])).not.toThrow();
  });
});

describe("findIssues: names and values", () => {
  const rules = { a: functionProblem, b: listRule(credentialProblem) };

  test.each([
    ["a name without a rule", { z: 1 }, ["z"]],
    [
      "names of Object.prototype",
      { constructor: 1, toString: 2, hasOwnProperty: 3 },
      ["constructor", "toString", "hasOwnProperty"],
    ],
    ["an own member __proto__", JSON.parse('{"__proto__":1}'), ["__proto__"]],
    ["an unknown name with the value undefined", { z: undefined }, ["z"]],
    ["several values", { a: 1, b: ["", "b", 2] }, ["a", "b.0", "b.2"]],
    ["a string instead of an object", "ab", [""]],
    ["a number instead of an object", 7, [""]],
  ])("findIssues reports %s", (_, subject, paths) => {
    expect(findIssues(subject, rules).map(({ path }) => path)).toEqual(paths);
  });

  test.each([undefined, null, {}, { a: () => 1, b: ["b"] }])("findIssues reports nothing for %o", (subject) => {
    expect(findIssues(subject, rules)).toEqual([]);
  });
});

describe("validation rules", () => {
  test.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 31, "10", null])("numberRule rejects %s", (value) => {
    expect(numberRule(1)(value, "")).toBe("expected a number from 1 to 2147483647");
  });

  test("numberRule accepts valid timer delays and undefined", () => {
    for (const value of [1, 1.5, 2 ** 31 - 1, undefined]) expect(numberRule(1)(value, "")).toBeUndefined();
    expect(numberRule(0, 3)(4, "")).toContain("from 0 to 3");
  });

  test("functionProblem accepts a function and undefined", () => {
    for (const value of ["fetch", null, {}]) expect(functionProblem(value, "")).toBe("expected a function");
    for (const value of [fetch, undefined]) expect(functionProblem(value, "")).toBeUndefined();
  });

  test("credentialProblem does not repeat the value", () => {
    expect(credentialProblem("canary\n", "")).toBe("expected ASCII text without line breaks, not empty");
    expect(credentialProblem(" ~!", "")).toBeUndefined();
  });

  test("listRule reports each element, and accepts a single value only when allowed", () => {
    const rule = textRule(/^a$/, "an a");
    expect(listRule(rule)("a", "list")).toBe("expected an array");
    expect(listRule(rule, true)("b", "list")).toBe("expected an a");
    expect(listRule(rule, true)("a", "list")).toBeUndefined();
    expect(listRule(rule)(["a", "b", 1], "list")).toEqual([
      { path: "list.1", message: "expected an a" },
      { path: "list.2", message: "expected an a" },
    ]);
    expect(listRule(rule)(undefined, "list")).toEqual([]);
  });

  test("toIssues adds the name to a problem", () => {
    expect(toIssues("a", "is wrong")).toEqual([{ path: "a", message: "is wrong" }]);
    expect(toIssues("a", undefined)).toEqual([]);
  });
});
