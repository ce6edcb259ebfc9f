import { type Deadline, sleep, startDeadline } from "../core/abort.js";
import type { ClientCredentials } from "../core/credentials.js";
import {
  AuthenticationError,
  ConflictError,
  NetworkError,
  NotFoundError,
  type OAuthClientsError,
  ResponseError,
  TimeoutError,
  UnexpectedResponseError,
} from "../core/errors.js";
import type { HttpResponse } from "../core/http/request.js";
import { publishCallEvent } from "../core/http/tracing.js";
import type { CallOptions } from "../core/manager.js";
import { withOutcome } from "../core/outcome.js";
import { operations, vendor } from "./errors.js";
import type { ReadClient } from "./wire.js";

// The clocks of `created_at` and of the `date` header can be of two machines: a gateway sets `date` itself.
const clockToleranceMs = 30_000;

/** Deadline of a reconciliation, in milliseconds. The deadline of the call may have passed already. */
export const reconciliationTimeoutMs = 10_000;

// The longest delay between two reads of a client that may become visible late.
const longestDelayMs = 1_000;

/** A create whose response was lost, or whose conflict may be caused by a duplicate of its own request. */
export interface LostCreate {
  readonly id: string;
  /** The error of the create request. */
  readonly error: OAuthClientsError;
  /** Whether this call generated the id, so that no other call can have used it. */
  readonly idWasGenerated: boolean;
  /** What the request sent, to return or to hand over with the error. */
  readonly credentials: ClientCredentials | undefined;
  /** When the call began, by `performance.now()`. */
  readonly startedAt: number;
  readonly signal: AbortSignal | undefined;
  /** Delay before the second read, in milliseconds. */
  readonly delayMs: number;
  readonly readClient: (options: CallOptions | undefined) => Promise<HttpResponse<ReadClient>>;
  /** Authenticates with a secret that this call generated. Absent when that is not possible. */
  readonly verifySecret: ((options: CallOptions | undefined) => Promise<void>) | undefined;
}

/** What is known about the request of a lost create. */
export interface Attempt {
  readonly idWasGenerated: boolean;
  /** Whether the response was 409. */
  readonly conflict: boolean;
}

/** What the reads after a lost create have shown. */
export interface Evidence {
  readonly client: "present" | "absent" | "unreadable";
  /** Whether the client is older than the call. */
  readonly predatesCall?: boolean;
  /** Whether the client accepts the secret that this call generated. Absent: not tested, or the test had no result. */
  readonly secretAccepted?: boolean | undefined;
  /** Whether the server, or a server behind a gateway, may still process the request. */
  readonly mayStillBeProcessed: boolean;
}

export type Verdict = "created_by_this_call" | "existed_before" | "not_created" | "unknown";

/** Decides whether a lost create has created the client. */
export function judge({ idWasGenerated, conflict }: Attempt, evidence: Evidence): Verdict {
  const { client, predatesCall = false, secretAccepted, mayStillBeProcessed } = evidence;
  if (client === "unreadable") return "unknown";
  if (client === "absent") return mayStillBeProcessed ? "unknown" : "not_created";
  if (idWasGenerated) return "created_by_this_call";
  if (conflict && predatesCall) return "existed_before";
  if (secretAccepted !== undefined) return secretAccepted ? "created_by_this_call" : "existed_before";
  return predatesCall ? "existed_before" : "unknown";
}

/**
 * Finds out whether a lost create has created the client.
 *
 * @returns the client, when this call created it
 * @throws the error of the create, with the outcome that the evidence proves
 */
export async function reconcileCreate(lost: LostCreate): Promise<ReadClient> {
  const deadline = startDeadline({ timeoutMs: reconciliationTimeoutMs, ...(lost.signal ? { signal: lost.signal } : {}) });
  const conflict = lost.error instanceof ConflictError;
  publishCallEvent("reconciliation", { vendor, operation: operations.create });
  const { value, evidence } = await collectEvidence(lost, deadline);
  const verdict = judge({ idWasGenerated: lost.idWasGenerated, conflict }, evidence);
  if (verdict === "created_by_this_call" && value) return value;
  throw toError(lost, verdict, evidence);
}

async function collectEvidence(
  lost: LostCreate,
  deadline: Deadline,
): Promise<{ readonly value?: ReadClient; readonly evidence: Evidence }> {
  const mayStillBeProcessed = canStillBeProcessed(lost.error);
  let response: HttpResponse<ReadClient> | undefined;
  try {
    response = await findClient(lost, deadline);
  } catch {
    return { evidence: { client: "unreadable", mayStillBeProcessed } };
  }
  if (!response) return { evidence: { client: "absent", mayStillBeProcessed } };
  const predatesCall = isOlder(response, performance.now() - lost.startedAt);
  const isDecided = lost.idWasGenerated || (lost.error instanceof ConflictError && predatesCall);
  const secretAccepted = isDecided ? undefined : await testSecret(lost, deadline);
  return { value: response.value, evidence: { client: "present", predatesCall, secretAccepted, mayStillBeProcessed } };
}

// Reads a second time when the first read finds no client: the server may process the request a moment later.
async function findClient({ readClient, signal, delayMs }: LostCreate, deadline: Deadline) {
  const found = await unlessNotFound(readClient(deadline.remaining()));
  if (found) return found;
  await sleep(Math.min(delayMs, longestDelayMs), signal);
  return unlessNotFound(readClient(deadline.remaining()));
}

async function unlessNotFound<T>(request: Promise<T>): Promise<T | undefined> {
  try {
    return await request;
  } catch (error) {
    if (error instanceof NotFoundError) return undefined;
    throw error;
  }
}

// After these errors the server, or a server behind a gateway, may process the request later.
function canStillBeProcessed(error: OAuthClientsError): boolean {
  if (error instanceof TimeoutError || error instanceof NetworkError || error instanceof UnexpectedResponseError) return true;
  return error instanceof ResponseError && [408, 499, 502, 504].includes(error.status);
}

// Both times are the server's, so a wrong local clock has no effect. A younger client proves nothing: another call may have created
// it a moment ago.
function isOlder({ value, headers }: HttpResponse<ReadClient>, elapsedMs: number): boolean {
  // A missing value is read as "null" or "undefined", which is invalid.
  const age = Date.parse(String(headers.get("date"))) - Date.parse(String(value.created_at));
  return age > elapsedMs + clockToleranceMs;
}

// A client with an id that the caller chose may be another caller's. Only a client that this call created accepts the secret that
// this call generated.
async function testSecret({ verifySecret }: LostCreate, deadline: Deadline): Promise<boolean | undefined> {
  try {
    await verifySecret?.(deadline.remaining());
    return verifySecret && true;
  } catch (error) {
    // Hydra's own code: a gateway that requires a credential of its own also sends 401.
    return error instanceof AuthenticationError && error.vendorCode === "invalid_client" ? false : undefined;
  }
}

// A conflict about an id that the caller chose is final, unless the secret proves that this call created the client.
function toError({ id, error, idWasGenerated, credentials }: LostCreate, verdict: Verdict, evidence: Evidence) {
  if (error instanceof ConflictError && !idWasGenerated) return error;
  const outcome = verdict === "unknown" ? "unknown" : "not_applied";
  return withOutcome(error, {
    effect: describeEffect(id, verdict, evidence),
    outcome,
    credentials: outcome === "unknown" ? credentials : undefined,
  });
}

function describeEffect(id: string, verdict: Verdict, { client }: Evidence): string {
  const next = "Read the client again later; error.unsavedCredentials() returns the credentials that were sent.";
  if (verdict === "existed_before") return `Verified: client ${id} existed before this call; choose another clientId.`;
  if (verdict === "not_created") return `Verified: no client ${id} exists; it is safe to retry.`;
  if (client === "absent") return `No client ${id} exists yet, but the server may still create it. ${next}`;
  if (client === "unreadable") return `Client ${id} may exist: reading it failed. ${next}`;
  return `Client ${id} exists, but there is no proof that this call created it. ${next}`;
}
