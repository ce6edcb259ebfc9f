import { race, startTimer, type Timer, withTimeout } from "./abort.js";
import type { ClientCredentials } from "./credentials.js";
import { isOAuthClientsError, SecretStorageError } from "./errors.js";
import type { CallOptions } from "./manager.js";
import { notSentEffect } from "./message.js";
import { createError, describeReason, validationError } from "./outcome.js";
import { redact } from "./redact.js";
import { ifDefined } from "./values.js";

/** The client and the operation that a secret belongs to. It contains no secret. */
export interface SecretSinkContext {
  /** The vendor that issues the secret. */
  readonly vendor: string;
  /** The operation that returns the secret, in words: `create client`, `rotate secret`. */
  readonly operation: string;
  /** The server or project that the client belongs to, where client ids are unique within one only: `https://hydra.example.com`. */
  readonly server?: string;
  /** The account, project or region of the client, as far as it is known without a request: `eu`, `https://hydra.example.com`. */
  readonly account?: string;
  /** The vendor's id of the client. Absent before the client is created, unless the request chooses the id. */
  readonly id?: string;
  /** The client's name, when it is known. */
  readonly name?: string;
  /** A random id of the call, equal in all calls of the sink for one secret. */
  readonly attemptId?: string;
}

/** What is known about a secret before the request that issues it is sent. */
export interface PendingSecret {
  /** The credentials that the request contains. Absent where the vendor generates the secret. */
  readonly credentials?: ClientCredentials;
  /** When the entry was made, RFC 3339. */
  readonly since: string;
}

/** Writes secrets to a store, for example a file or a vault. */
export interface SecretSink {
  /** Checks whether a secret can be stored, before the request is sent. When it rejects, no request is sent. */
  readonly check?: (context: SecretSinkContext) => void | Promise<void>;
  /**
   * Stores a pending secret immediately before the request is sent: a process that ends before the response then loses no secret that the
   * library generated. The secret in use must stay as it is. A second entry of the same call replaces the first. When it rejects, no
   * request is sent.
   */
  readonly writePending?: (pending: PendingSecret, context: SecretSinkContext) => void | Promise<void>;
  /** Removes the pending secret of a call that was not applied. An error is ignored. */
  readonly removePending?: (context: SecretSinkContext) => void | Promise<void>;
  /**
   * Stores the credentials, and removes the pending secret of the same `attemptId`. It is called once, as soon as the response is there.
   * The credentials are a frozen copy.
   */
  readonly write: (credentials: ClientCredentials, context: SecretSinkContext) => void | Promise<void>;
}

/** Writes the pending secret again with the credentials of the next request. */
export type StagePending = (credentials: ClientCredentials) => Promise<void>;

/** The options of every call that can return a secret. */
export interface SecretOptions extends CallOptions {
  /**
   * Stores the secret before the call resolves. The result contains the secret too. When the sink fails, the call rejects with a
   * `SecretStorageError`, whose `unsavedCredentials()` returns the credentials. A signal that aborts during the write does not end it.
   * The deadline of the call ends it, after one second at the earliest.
   */
  readonly secretSink?: SecretSink | SecretSink["write"];
}

// The deadline of calls without `timeoutMs`: the default of the managers.
const defaultTimeoutMs = 120_000;

// The shortest time for a write. The response can arrive just before the deadline.
const shortestWriteMs = 1_000;

/**
 * Checks the sink, writes the pending secret, requests a secret, and writes it to the sink, in this order.
 *
 * @param generated - the credentials that the request contains, where the library generated them
 * @throws {ValidationError} `secretSink` is not a sink; nothing was sent
 * @throws {SecretStorageError} with `outcome: "not_applied"` when the check or the pending secret failed, and with `outcome: "applied"` and
 * the credentials when writing failed
 */
export async function writeSecret<Result extends { readonly credentials?: ClientCredentials }>(
  options: SecretOptions | undefined,
  context: SecretSinkContext,
  request: (stage: StagePending) => Promise<Result>,
  identify: (result: Result) => Pick<SecretSinkContext, "id" | "name"> = () => ({}),
  generated?: ClientCredentials,
): Promise<Result> {
  const { secretSink, timeoutMs = defaultTimeoutMs, signal } = options ?? {};
  const sink = parseSink(secretSink, context);
  if (!sink) return request(async () => undefined);
  const timer = startTimer(timeoutMs, signal, lateSink);
  const call = { ...context, attemptId: crypto.randomUUID() };
  try {
    await prepareSink(call, timer, () => sink.check?.(Object.freeze({ ...call })));
    const result = await requestPending(sink, call, timer, request, generated).catch(async (error: unknown) => {
      if (isNotApplied(error, signal)) await removePending(sink, call);
      throw error;
    });
    const { credentials } = result;
    if (!credentials) return result;
    const { id = context.id, name = context.name } = identify(result);
    const written = { ...call, ...ifDefined("id", id), ...ifDefined("name", name) };
    await writeToSink(sink, credentials, written, Math.max(timer.remainingMs(), shortestWriteMs));
    return result;
  } finally {
    timer.stop();
  }
}

const lateSink = () => new Error("the sink did not finish before the deadline");

// A step of the sink before the request is sent.
async function prepareSink(
  context: SecretSinkContext,
  { signal, expired }: Timer,
  step: () => void | Promise<void>,
  credentials?: ClientCredentials,
): Promise<void> {
  signal.throwIfAborted();
  try {
    await race(Promise.resolve(step()), signal);
  } catch (error) {
    // The reason of the caller's signal is thrown as it is.
    if (!expired()) signal.throwIfAborted();
    throw storageError(context, error, "not_applied", credentials);
  }
}

async function requestPending<Result extends { readonly credentials?: ClientCredentials }>(
  sink: SecretSink,
  context: SecretSinkContext,
  timer: Timer,
  request: (stage: StagePending) => Promise<Result>,
  generated: ClientCredentials | undefined,
): Promise<Result> {
  const stage = async (credentials?: ClientCredentials) => {
    const copy = credentials && Object.freeze({ ...credentials });
    const pending = Object.freeze({ ...ifDefined("credentials", copy), since: new Date().toISOString() });
    const write = () => sink.writePending?.(pending, Object.freeze({ ...context }));
    await prepareSink(context, timer, write, credentials);
  };
  await stage(generated);
  const result = await request(stage);
  if (!result.credentials) await removePending(sink, context);
  return result;
}

// After the request was sent, an abort rejects with an `AbortedError`.
function isNotApplied(error: unknown, signal: AbortSignal | undefined): boolean {
  if (isOAuthClientsError(error)) return error.outcome === "not_applied";
  return signal?.aborted === true && error === signal.reason;
}

async function removePending(sink: SecretSink, context: SecretSinkContext): Promise<void> {
  try {
    const removal = Promise.resolve(sink.removePending?.(Object.freeze({ ...context })));
    await withTimeout(removal, shortestWriteMs, () => undefined);
  } catch {
    // The call has its own result or error.
  }
}

async function writeToSink(
  sink: SecretSink,
  credentials: ClientCredentials,
  context: SecretSinkContext,
  timeoutMs: number,
): Promise<void> {
  const timer = startTimer(timeoutMs, undefined, lateSink);
  try {
    await race(Promise.resolve(sink.write(Object.freeze({ ...credentials }), Object.freeze({ ...context }))), timer.signal);
  } catch (error) {
    throw storageError(context, error, "applied", credentials);
  } finally {
    timer.stop();
  }
}

function parseSink(sink: unknown, { vendor, operation }: SecretSinkContext): SecretSink | undefined {
  if (sink === undefined) return undefined;
  if (typeof sink === "function") return { write: sink as SecretSink["write"] };
  const { write, check, writePending, removePending } = (sink ?? {}) as Partial<Record<keyof SecretSink, unknown>>;
  const isOptional = (member: unknown) => member === undefined || typeof member === "function";
  if (typeof write === "function" && [check, writePending, removePending].every(isOptional)) return sink as SecretSink;
  const message =
    "expected a function, or an object with the function write and, optionally, check, writePending and removePending";
  throw validationError({ vendor, operation }, { path: "secretSink", message });
}

function storageError(
  { vendor, operation, id }: SecretSinkContext,
  error: unknown,
  outcome: "applied" | "not_applied",
  credentials?: ClientCredentials,
): SecretStorageError {
  const problem = readMessage(error, credentials ? [credentials.clientSecret] : []);
  const applied = outcome === "applied";
  const what = applied
    ? `writing the secret${id === undefined ? "" : ` of client ${id}`} failed`
    : "the secret sink is not ready";
  return createError(
    SecretStorageError,
    { vendor, operation, outcome, clientId: id, credentials: applied ? credentials : undefined },
    {
      writes: true,
      reason: `${what}${problem && `: ${problem}`}`,
      effect: applied ? undefined : notSentEffect,
      hint: applied ? "Call error.unsavedCredentials() and store the secret" : undefined,
    },
  );
}

// The message of an error of the sink. It may contain the secret. Reading it must not fail: the credentials would be lost.
function readMessage(error: unknown, secrets: readonly string[]): string {
  try {
    return error instanceof Error ? redact(describeReason(error), secrets) : "";
  } catch {
    return "";
  }
}
