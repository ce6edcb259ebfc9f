import { sleep } from "../core/abort.js";
import { isOAuthClientsError } from "../core/errors.js";
import type { Subject } from "./observe.js";
import type { Run } from "./run.js";
import type { SecretRecord } from "./types.js";

/** The token endpoint did not accept a secret. The previous secret, where there is one, is still the current one. */
export class VerificationError extends Error {
  override get name(): string {
    return "VerificationError";
  }
}

// Token endpoints may learn of a new client or secret a moment later than the API that issued it.
const pauses = [2, 7, 15];

/** Requests a token with a secret. Where no token can verify it, or the secret cannot be read, it passes. */
export async function verifySecret(run: Run, { key, declared }: Subject, secret: SecretRecord | undefined): Promise<void> {
  const verify = declared?.verify;
  if (verify === undefined || secret === undefined) return;
  await run.step(key, "verify", async () => {
    for (const pauseUnits of [...pauses, undefined]) {
      try {
        return await verify(secret.credentials, run.call);
      } catch (error) {
        if (pauseUnits === undefined || !isRejection(error)) throw describe(key, error);
        await sleep(pauseUnits * run.pauseMs, run.options.signal);
      }
    }
  });
}

function isRejection(error: unknown): boolean {
  return isOAuthClientsError(error) && (error.code === "token_endpoint_error" || error.code === "authentication");
}

function describe(key: string, error: unknown): unknown {
  if (!isRejection(error)) return error;
  const message = error instanceof Error ? error.message : "";
  return new VerificationError(
    `${key}: the new secret was not accepted: ${message}. It stays staged. Run the same command again.`,
  );
}
