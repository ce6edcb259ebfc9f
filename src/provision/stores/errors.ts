import type { Outcome } from "../../core/errors.js";
import { VersionConflictError } from "../errors.js";

/** The facts of a failed store operation. */
export interface StoreFailure {
  /** The kind of store: `file`, `vault`. */
  readonly store: string;
  /** The operation, for example `write journal`. */
  readonly operation: string;
  /** What went wrong, without a secret. Code or status in parentheses. */
  readonly problem: string;
  /** Whether the store may have written. */
  readonly outcome: Outcome;
  /** What to do next. One sentence. */
  readonly advice: string;
}

const effects: Readonly<Record<Outcome, string>> = {
  not_applied: "Nothing was written",
  unknown: "The store may have written it",
  applied: "It was written",
};

/** A store of secrets or documents failed. `outcome` says whether it may have written. The error never holds a secret. */
export class StoreError extends Error {
  /** Stable name of the kind of failure. */
  readonly code = "store_failed";
  /** The kind of store: `file`, `vault`. */
  readonly store: string;
  /** The operation, for example `write journal`. */
  readonly operation: string;
  /** Whether the store may have written. `not_applied` for reads. */
  readonly outcome: Outcome;

  constructor({ store, operation, problem, outcome, advice }: StoreFailure) {
    super(`${store} ${operation}: ${problem}. ${effects[outcome]}. ${advice}`);
    this.store = store;
    this.operation = operation;
    this.outcome = outcome;
  }

  override get name(): string {
    return "StoreError";
  }
}

/** The error of a write whose expected version is not the stored one. */
export function versionConflict(location: string): VersionConflictError {
  const problem = "another run has changed the document";
  return new VersionConflictError(`${location}: ${problem}. Nothing was written. Run the command again.`);
}

/** The advice of a write whose outcome is unknown. */
export const readFirst = "Run plan to see the state before you repeat the write.";
