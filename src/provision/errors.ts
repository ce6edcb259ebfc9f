import type { ValidationIssue } from "../core/errors.js";

/** A document or a slot has another version than expected: another run changed it. Nothing was written. */
export class VersionConflictError extends Error {
  /** Stable name of the kind of failure. */
  readonly code = "version_conflict";

  override get name(): string {
    return "VersionConflictError";
  }
}

/** Whether an error is a `VersionConflictError`, also of another copy of the package, which `instanceof` does not recognize. */
export function isVersionConflict(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "version_conflict";
}

/** A validation issue of one declared client. */
export interface ConfigurationIssue extends ValidationIssue {
  /** The client's key. Empty for the configuration as a whole. */
  readonly key: string;
}

/** The configuration is invalid. Nothing was sent. */
export class InvalidConfigurationError extends Error {
  /** Stable name of the kind of failure. */
  readonly code = "invalid_configuration";
  /** Every issue, by client and field. */
  readonly issues: readonly ConfigurationIssue[];

  constructor(issues: readonly ConfigurationIssue[]) {
    const lines = issues.map(({ key, path, message }) => `${[key, path].filter((part) => part !== "").join(".")}: ${message}`);
    super(`The configuration is invalid. Nothing was sent. ${lines.join("; ")}`);
    this.issues = issues;
  }

  override get name(): string {
    return "InvalidConfigurationError";
  }
}
