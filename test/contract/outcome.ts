import { isOAuthClientsError } from "oauth-clients";
import { expect } from "vitest";

const mayBeApplied = /\bmay (still )?(have been (applied|rotated)|exist|be invalid|create)/;
const notApplied = /\b(was not (applied|sent)|nothing was changed|safe to retry)\b/;
const applied = /\b(was (applied|created)|is done|exists)\b/;

/**
 * Asserts that the message of an error of a manager agrees with its `outcome`: an unknown outcome is stated, and no message states
 * another outcome. Values that are not errors of the library pass.
 */
export function expectConsistentOutcome(error: unknown): void {
  if (!isOAuthClientsError(error) || error.vendor === undefined) return;
  const { outcome, message } = error;
  if (outcome === "unknown") {
    expect(message).toMatch(mayBeApplied);
    expect(message).not.toMatch(notApplied);
  } else if (outcome === "not_applied") {
    expect(message).not.toMatch(mayBeApplied);
    expect(message).not.toMatch(/\bwas applied\b/);
  } else {
    expect(message).toMatch(applied);
    expect(message).not.toMatch(mayBeApplied);
    expect(message).not.toMatch(notApplied);
  }
}
