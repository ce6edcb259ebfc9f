import { validateUrl } from "../../core/url.js";
import { functionProblem, numberRule, type Problem, throwIfIssues, toIssues } from "../checks.js";
import type { RequestOptions } from "./types.js";

/** The faults of several values, each by its name. */
export type Faults = Readonly<Record<string, Problem>>;

/**
 * Throws when any value has a fault. The values themselves never appear.
 * @throws {ConfigurationError} with one issue for each fault
 */
export function refuseFaults(operation: string, faults: Faults): void {
  throwIfIssues(
    Object.entries(faults).flatMap(([path, fault]) => toIssues(path, fault)),
    operation,
  );
}

/** A number from 1 up that a timer can take. Absent is fine. */
export const numberFault = numberRule(1);

/** What is wrong with the options that every call takes. */
export function optionFaults({ fetch, timeoutMs, maxResponseBytes }: RequestOptions): Faults {
  return {
    fetch: functionProblem(fetch, "fetch"),
    timeoutMs: numberFault(timeoutMs, "timeoutMs"),
    maxResponseBytes: numberFault(maxResponseBytes, "maxResponseBytes"),
  };
}

/** An issuer identifier: an address without query and fragment (RFC 8414 section 2). */
export function issuerFault(value: unknown): string | undefined {
  return validateUrl(value) ?? (String(value).includes("?") ? "an issuer has no query" : undefined);
}
