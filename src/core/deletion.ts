import { NotFoundError } from "./errors.js";

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
