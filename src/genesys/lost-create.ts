import { type Deadline, sleep } from "../core/abort.js";
import { isOAuthClientsError } from "../core/errors.js";
import { publishCallEvent } from "../core/http/tracing.js";
import type { CallOptions } from "../core/manager.js";
import { showName, withUnknownOutcomeHint } from "../core/outcome.js";
import type { Connection } from "./connection.js";
import type { GenesysClient, ParsedClientInput } from "./types.js";

const maxLooks = 3;

// Clocks of the caller and of the server may differ, in milliseconds.
const clockToleranceMs = 60_000;

/** A create whose response was lost. */
export interface LostCreate {
  readonly fields: Pick<ParsedClientInput, "name" | "grantType">;
  readonly startedAt: Date;
  readonly deadline: Deadline;
  /** Reads all clients. */
  readonly list: (options: CallOptions | undefined) => Promise<readonly GenesysClient[]>;
}

/**
 * Adds to the error of a lost create which clients the call may have created. Names are not unique, so its outcome remains unknown.
 *
 * Genesys Cloud's list lags behind a create by some seconds. It is read several times, with the delays of a retry, as long as the
 * deadline allows.
 */
export async function describeLostCreate(connection: Connection, error: unknown, lost: LostCreate): Promise<unknown> {
  if (!isOAuthClientsError(error) || error.outcome !== "unknown") return error;
  const { fields, startedAt } = lost;
  publishCallEvent("reconciliation", { vendor: "genesys", operation: error.operation ?? "" });
  const candidates = await findCandidates(connection, lost);
  const isAborted = error.code === "aborted";
  const description = `${fields.grantType}, named ${showName(fields.name)}, created since ${startedAt.toISOString()}`;
  const next = "Its secret is lost: rotateSecret sets another one, delete removes the client";
  return withUnknownOutcomeHint(
    error,
    candidates.length > 0
      ? `the call may have created client ${candidates.join(" or ")} (${description}); names are not unique, so verify that it is yours. ${next}`
      : `the client may exist: ${isAborted ? "list() can" : "list() shows none yet and can"} lag behind by some seconds, and names are not unique. Look ${isAborted ? "there" : "again"} after 10 seconds for ${description}. ${next}`,
  );
}

// An abort ends the reads. The error of the create says what to look for.
async function findCandidates({ retry }: Connection, { fields, startedAt, deadline, list }: LostCreate): Promise<string[]> {
  let delayMs = retry.initialDelayMs;
  for (let look = 0; look < Math.min(maxLooks, retry.maxRetries); look++) {
    const { signal, timeoutMs = Number.POSITIVE_INFINITY } = (deadline.remaining() ?? {}) as CallOptions;
    if (timeoutMs <= delayMs) return [];
    await sleep(delayMs, signal).catch(() => undefined);
    if (signal?.aborted) return [];
    const clients = await list(deadline.remaining()).catch((error: unknown) => {
      if (!signal?.aborted && !isOAuthClientsError(error)) throw error;
      return [];
    });
    const candidates = clients.filter((client) => isCandidate(client, fields, startedAt)).map(({ id }) => id);
    if (candidates.length > 0) return candidates;
    delayMs = Math.min(delayMs * 2, retry.maxDelayMs);
  }
  return [];
}

function isCandidate({ name, grantType, createdAt }: GenesysClient, fields: LostCreate["fields"], startedAt: Date): boolean {
  if (name !== fields.name || (grantType ?? fields.grantType) !== fields.grantType) return false;
  return createdAt === undefined || createdAt.getTime() >= startedAt.getTime() - clockToleranceMs;
}
