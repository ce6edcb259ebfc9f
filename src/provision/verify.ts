import { sleep } from "../core/abort.js";
import { isOAuthClientsError } from "../core/errors.js";
import type { Subject } from "./observe.js";
import type { Run } from "./run.js";
import type { RunStep } from "./run-types.js";
import type { SecretRecord } from "./types.js";

/** The token endpoint did not accept a secret. The previous secret, where there is one, is still the current one. */
export class VerificationError extends Error {
  override get name(): string {
    return "VerificationError";
  }
}

// Token endpoints may learn of a new client or secret a moment later than the API that issued it.
const pauses = [2, 7, 15];

/** What the message says of a secret that was not accepted. */
interface Rejection {
  readonly subject: string;
  /** The effect, and what to do. */
  readonly effect: string;
}

const ofStaged: Rejection = { subject: "the new secret", effect: "It stays staged. Run the same command again." };

/**
 * Requests a token with a secret. Where no token can verify it, or the secret cannot be read, it passes.
 * @returns the step, where a token was requested
 */
export async function verifySecret(
  run: Run,
  { key, declared }: Subject,
  secret: SecretRecord | undefined,
  rejection = ofStaged,
): Promise<readonly RunStep[]> {
  const verify = declared?.verify;
  if (verify === undefined || secret === undefined) return [];
  await run.step(key, "verify", async () => {
    for (const pauseUnits of [...pauses, undefined]) {
      try {
        return await verify(secret.credentials, run.call);
      } catch (error) {
        if (pauseUnits === undefined || !isRejection(error)) throw describe(key, rejection, error);
        await sleep(pauseUnits * run.pauseMs, run.options.signal);
      }
    }
  });
  return ["verify"];
}

function isRejection(error: unknown): boolean {
  return isOAuthClientsError(error) && (error.code === "token_endpoint_error" || error.code === "authentication");
}

function describe(key: string, { subject, effect }: Rejection, error: unknown): unknown {
  if (!isRejection(error)) return error;
  const message = error instanceof Error ? error.message : "";
  return new VerificationError(`${key}: ${subject} was not accepted: ${message}. ${effect}`);
}
