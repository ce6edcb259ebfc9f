import { isAbortSignal } from "../core/abort.js";
import { ConfigurationError, type ValidationIssue } from "../core/errors.js";
import { isObject } from "../core/values.js";

/** What is wrong with a value: a message, or a list of issues when the value has several parts. `undefined` when it is valid. */
export type Problem = string | readonly ValidationIssue[] | undefined;

/** Finds the problem of a value at a path. A problem never repeats the value. */
export type Rule = (value: unknown, path: string) => Problem;

/** The rule of each field. A field without a rule is refused. */
export type Rules = Readonly<Record<string, Rule>>;

// A longer delay makes `setTimeout` fire at once.
const maxDelayMs = 2_147_483_647;

/**
 * Validates the fields of a value. Fields without a rule are issues too.
 * @param required - the names of the fields whose rules are applied also when the field is absent: by default all
 */
export function findIssues(value: unknown, rules: Rules, required: object = rules): ValidationIssue[] {
  if (value != null && !isObject(value)) return [{ path: "", message: "expected an object" }];
  const fields = value ?? {};
  const issues: ValidationIssue[] = [];
  const check = (path: string) => {
    const problem = Object.hasOwn(rules, path) ? rules[path]?.(fields[path], path) : "unknown name";
    if (problem) issues.push(...toIssues(path, problem));
  };
  for (const path of Object.keys(required)) check(path);
  for (const path of Object.keys(fields)) if (!Object.hasOwn(required, path)) check(path);
  return issues;
}

/**
 * Throws when there is an issue.
 * @throws {ConfigurationError} its message names every issue
 */
export function throwIfIssues(issues: readonly ValidationIssue[], operation = "token request"): void {
  if (issues[0]) throw new ConfigurationError({ message: `${operation}: ${formatIssues(issues)}`, operation, issues });
}

/** Formats issues in one line. */
export function formatIssues(issues: readonly ValidationIssue[]): string {
  return issues.map(({ path, message }) => (path && `${path}: `) + message).join("; ");
}

/** The issues of one value. */
export function toIssues(path: string, problem: Problem): readonly ValidationIssue[] {
  return typeof problem === "string" ? [{ path, message: problem }] : (problem ?? []);
}

/** Client ids and secrets consist of visible ASCII and the space (RFC 6749 appendices A.1 and A.2), and are not empty. */
export const credentialProblem = /* @__PURE__ */ textRule(/^[\x20-\x7e]+$/, "ASCII text without line breaks, not empty");

/** A string that matches a pattern. */
export function textRule(pattern: RegExp, expected: string): Rule {
  return (value) => (typeof value === "string" && pattern.test(value) ? undefined : `expected ${expected}`);
}

/** A number in a range. By default the range of a timer. `undefined` is valid. */
export function numberRule(min: number, max = maxDelayMs): Rule {
  return (value) =>
    value === undefined || (typeof value === "number" && value >= min && value <= max)
      ? undefined
      : `expected a number from ${min} to ${max}`;
}

/** A function. `undefined` is valid. */
export const functionProblem: Rule = (value) =>
  value === undefined || typeof value === "function" ? undefined : "expected a function";

/** An `AbortSignal`. `undefined` is valid. */
export const signalProblem: Rule = (value) =>
  value === undefined || isAbortSignal(value) ? undefined : "expected an AbortSignal";

/** An array; a problem of an element is named by its index. `undefined` is valid, and a single element where `single` is true. */
export function listRule(rule: Rule, single = false): Rule {
  return (value = [], path) => {
    if (Array.isArray(value)) return value.flatMap((element, index) => toIssues(`${path}.${index}`, rule(element, path)));
    return single ? rule(value, path) : "expected an array";
  };
}

/** A client authentication. `publicClientProblem` is the problem of the method `none`, where that method is not valid. */
export function authenticationRule(publicClientProblem?: string): Rule {
  return (value) => {
    if (!isObject(value) || typeof value.method !== "string" || typeof value.authenticate !== "function") {
      return "expected a client authentication";
    }
    return value.method === "none" ? publicClientProblem : undefined;
  };
}
