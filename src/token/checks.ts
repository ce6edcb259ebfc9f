import { ConfigurationError, type ValidationIssue } from "../core/errors.js";

/** What is wrong with a value: a text, or a list where it has several parts. Nothing, when nothing is. */
export type Problem = string | readonly ValidationIssue[] | undefined;

/** Finds the fault of the value that has a name. Never repeats the value. */
export type Rule = (value: unknown, path: string) => Problem;

/** The rule of each name. A name without a rule is refused. */
export type Rules = Readonly<Record<string, Rule>>;

// setTimeout takes no longer delay: it would fire at once.
const longestDelayMs = 2_147_483_647;

/** Everything that is wrong with the fields of a value, unknown ones among it. */
export function findIssues(subject: unknown, rules: Rules): ValidationIssue[] {
  const fields = Object(subject) as Record<string, unknown>;
  const issues: ValidationIssue[] = [];
  for (const path of Object.keys({ ...rules, ...fields })) {
    const fault = Object.hasOwn(rules, path) ? rules[path]?.(fields[path], path) : "unknown name";
    if (fault) issues.push(...toIssues(path, fault));
  }
  return issues;
}

/**
 * Throws when there are any issues.
 * @throws {ConfigurationError} which names them all
 */
export function throwIfIssues(issues: readonly ValidationIssue[], operation = "token request"): void {
  if (issues[0]) throw new ConfigurationError({ message: `${operation}: ${formatIssues(issues)}`, operation, issues });
}

/** The issues in one line. */
export function formatIssues(issues: readonly ValidationIssue[]): string {
  return issues.map(({ path, message }) => `${path}: ${message}`).join("; ");
}

/** The issues of one value. */
export function toIssues(path: string, fault: Problem): readonly ValidationIssue[] {
  return typeof fault === "string" ? [{ path, message: fault }] : (fault ?? []);
}

/** Client ids and secrets are visible ASCII and the space (RFC 6749 appendices A.1 and A.2), and not empty. */
export const credentialProblem = /* @__PURE__ */ textRule(/^[\x20-\x7e]+$/, "ASCII text without line breaks, not empty");

/** A text of one form. */
export function textRule(form: RegExp, expected: string): Rule {
  return (value) => (typeof value === "string" && form.test(value) ? undefined : `expected ${expected}`);
}

/** A number that a timer can take, in a range. Absent is fine. */
export function numberRule(least: number, most = longestDelayMs): Rule {
  return (value) =>
    value === undefined || (typeof value === "number" && value >= least && value <= most)
      ? undefined
      : `expected a number from ${least} to ${most}`;
}

/** A function. Absent is fine. */
export const functionProblem: Rule = (value) =>
  value === undefined || typeof value === "function" ? undefined : "expected a function";

/** A list whose elements obey a rule, each named by its index. Absent is fine; one alone is fine where `alone` says so. */
export function listRule(rule: Rule, alone = false): Rule {
  return (value = [], path) =>
    Array.isArray(value)
      ? value.flatMap((one, index) => toIssues(`${path}.${index}`, rule(one, path)))
      : alone
        ? rule(value, path)
        : "expected an array";
}

/** A client authentication. `nobody` is what is wrong with one that proves nothing, where that is wrong. */
export function authenticationRule(nobody?: string): Rule {
  return (value) => {
    const { method, authenticate } = Object(value);
    if (typeof method !== "string" || typeof authenticate !== "function") return "expected a client authentication";
    return method === "none" ? nobody : undefined;
  };
}
