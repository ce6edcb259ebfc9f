import { ConfigurationError } from "../core/errors.js";

/** What is wrong with each field, by path. `undefined` means nothing. */
export type Faults = Readonly<Record<string, string | undefined>>;

// setTimeout takes no longer delay: it would fire at once.
const longestDelayMs = 2_147_483_647;

/**
 * Throws when any field has a fault. The values themselves never appear.
 * @throws {ConfigurationError} with one issue for each fault
 */
export function refuseFaults(faults: Faults): void {
  const issues = Object.entries(faults).flatMap(([path, message]) => (message ? [{ path, message }] : []));
  if (issues.length === 0) return;
  const message = `token request: ${issues.map((issue) => `${issue.path}: ${issue.message}`).join("; ")}`;
  throw new ConfigurationError({ message, issues });
}

/** Client ids and secrets are visible ASCII and the space (RFC 6749 appendices A.1 and A.2), and not empty. */
export function credentialFault(value: unknown): string | undefined {
  return typeof value === "string" && /^[\x20-\x7e]+$/.test(value)
    ? undefined
    : "expected ASCII text without line breaks, not empty";
}

/** A number above zero that a timer can take. Absent is fine. */
export function numberFault(value: unknown): string | undefined {
  return value === undefined || (typeof value === "number" && value > 0 && value <= longestDelayMs)
    ? undefined
    : `expected a number above 0, at most ${longestDelayMs}`;
}

/** A function. Absent is fine. */
export function functionFault(value: unknown): string | undefined {
  return value === undefined || typeof value === "function" ? undefined : "expected a function";
}

/** A list of strings that each match. Faults are named by index. */
export function listFaults(path: string, value: unknown, pattern: RegExp, expected: string): Faults {
  if (!Array.isArray(value)) return { [path]: "expected an array of strings" };
  return Object.fromEntries(
    value.map((one: unknown, index) => [
      `${path}.${index}`,
      typeof one === "string" && pattern.test(one) ? undefined : expected,
    ]),
  );
}
