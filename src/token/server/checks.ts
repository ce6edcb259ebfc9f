import type { ClientAuthentication } from "../../core/credentials.js";
import { ConfigurationError } from "../../core/errors.js";
import { urlFault } from "../../core/url.js";
import type { ServerCallOptions } from "./types.js";

// setTimeout takes no longer delay: it would fire at once.
const longestDelayMs = 2_147_483_647;

/**
 * Throws when any field has a fault. The values themselves never appear.
 * @throws {ConfigurationError} with one issue for each fault
 */
export function refuseFaults(operation: string, faults: Readonly<Record<string, string | undefined>>): void {
  const issues = Object.entries(faults).flatMap(([path, message]) => (message ? [{ path, message }] : []));
  if (issues.length === 0) return;
  const message = `${operation}: ${issues.map((issue) => `${issue.path}: ${issue.message}`).join("; ")}`;
  throw new ConfigurationError({ message, operation, issues });
}

/** What is wrong with the options that every call takes. */
export function optionFaults({ fetch, timeoutMs, maxResponseBytes }: ServerCallOptions): Record<string, string | undefined> {
  return {
    fetch: fetch === undefined || typeof fetch === "function" ? undefined : "expected a function",
    timeoutMs: numberFault(timeoutMs),
    maxResponseBytes: numberFault(maxResponseBytes),
  };
}

/** A number above zero that a timer can take. Absent is fine. */
export function numberFault(value: unknown): string | undefined {
  const fits = value === undefined || (typeof value === "number" && value > 0 && value <= longestDelayMs);
  return fits ? undefined : `expected a number above 0, at most ${longestDelayMs}`;
}

/** Client ids and tokens are visible ASCII, ids also with spaces (RFC 6749 appendix A), and not empty. */
export function textFault(value: unknown, form: RegExp = /^[\x20-\x7e]+$/): string | undefined {
  return typeof value === "string" && form.test(value) ? undefined : "expected ASCII text without line breaks, not empty";
}

/** A strategy of client authentication. */
export function authenticationFault(value: unknown): string | undefined {
  const { method, apply } = (value ?? {}) as Partial<Record<keyof ClientAuthentication, unknown>>;
  return typeof method === "string" && typeof apply === "function" ? undefined : "expected a client authentication";
}

/** An issuer identifier: an address without query and fragment (RFC 8414 section 2). */
export function issuerFault(value: unknown): string | undefined {
  return urlFault(value) ?? (String(value).includes("?") ? "an issuer has no query" : undefined);
}
