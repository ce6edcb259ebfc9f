import { cloneError, isOAuthClientsError, NotFoundError } from "./errors.js";
import { redact } from "./redact.js";

// Enough to know a name again by.
const shownName = 100;

/** What to throw for a call that failed: where its outcome is unknown, the error also says what to look for and what settles it. */
export function withUnknownOutcomeHint(error: unknown, words: string): unknown {
  if (!isOAuthClientsError(error) || error.outcome !== "unknown") return error;
  return cloneError(error, { message: `${error.message}; ${words}` });
}

/** A name as an error may show it. */
export function showName(name: string, secrets: readonly string[] = []): string {
  return `"${redact(name, secrets, shownName)}"`;
}

/**
 * Waits for a delete. That there is nothing to delete is no failure when an earlier attempt of the same call may have done it.
 * Where a vendor answers a missing permission in the same way, nothing tells the two apart.
 */
export async function ignoreNotFoundAfterRetry(deletion: Promise<unknown>): Promise<void> {
  try {
    await deletion;
  } catch (error) {
    if (!(error instanceof NotFoundError && error.outcome === "unknown")) throw error;
  }
}
