import { race, startTimer, type Timer } from "./abort.js";
import type { ClientCredentials } from "./credentials.js";
import { SecretStorageError, ValidationError } from "./errors.js";
import type { CallOptions } from "./manager.js";
import { createError, describeReason } from "./outcome.js";
import { redact } from "./redact.js";
import { ifDefined } from "./values.js";

/** What a secret sink is told about the secret. Holds no secret itself. */
export interface SecretSinkContext {
  /** The vendor that issues the secret. */
  readonly vendor: string;
  /** The operation that returns the secret, in words: `create client`, `rotate secret`. */
  readonly operation: string;
  /** The server or project that the client belongs to, where client ids are unique within one only: `https://hydra.example.com`. */
  readonly server?: string;
  /** The vendor's id of the client. Absent before the client is created. */
  readonly id?: string;
  /** The client's name, where it is known. */
  readonly name?: string;
}

/** A store for secrets: a file, a vault. */
export interface SecretSink {
  /** Checks whether a secret can be stored, before the request is sent. When it rejects, no request is sent. */
  readonly check?: (context: SecretSinkContext) => void | Promise<void>;
  /** Stores the credentials. It is called once, as soon as the response is there. The credentials are a frozen copy. */
  readonly write: (credentials: ClientCredentials, context: SecretSinkContext) => void | Promise<void>;
}

/** The options of every call that can return a secret. */
export interface SecretOptions extends CallOptions {
  /**
   * Where the secret is stored before the call resolves. The result has it, too. When it cannot be stored, the call rejects with a
   * `SecretStorageError`, whose `unsavedCredentials()` has the credentials. A signal that aborts meanwhile does not stop the writing;
   * the deadline of the call does, after one second at the earliest.
   */
  readonly secretSink?: SecretSink | SecretSink["write"];
}

// The deadline of calls that name none: the default of the managers.
const defaultTimeoutMs = 120_000;

// The shortest time for writing a secret. The response may have come when the deadline had almost passed.
const shortestWriteMs = 1_000;

/**
 * Checks the sink, requests a secret, and writes it to the sink, in this order.
 *
 * @throws {ValidationError} `secretSink` is not a sink; nothing was sent
 * @throws {SecretStorageError} with `outcome: "not_applied"` when the check failed, and with `outcome: "applied"` and the credentials
 * when writing failed
 */
export async function writeSecret<Result extends { readonly credentials?: ClientCredentials }>(
  options: SecretOptions | undefined,
  context: SecretSinkContext,
  request: () => Promise<Result>,
  identify: (result: Result) => Pick<SecretSinkContext, "id" | "name"> = () => ({}),
): Promise<Result> {
  const sink = parseSink(options?.secretSink, context);
  if (!sink) return request();
  const timer = startTimer(options?.timeoutMs ?? defaultTimeoutMs, options?.signal, lateSink);
  try {
    await checkSink(sink, context, timer);
    const result = await request();
    const { credentials } = result;
    if (!credentials) return result;
    const { id = context.id, name = context.name } = identify(result);
    const written = { ...context, ...ifDefined("id", id), ...ifDefined("name", name) };
    await writeToSink(sink, credentials, written, Math.max(timer.remainingMs(), shortestWriteMs));
    return result;
  } finally {
    timer.stop();
  }
}

const lateSink = () => new Error("the sink did not finish before the deadline");

async function checkSink(sink: SecretSink, context: SecretSinkContext, { signal, expired }: Timer): Promise<void> {
  signal.throwIfAborted();
  try {
    await race(Promise.resolve(sink.check?.(Object.freeze({ ...context }))), signal);
  } catch (error) {
    // The reason of the caller's signal is thrown as it is.
    if (!expired()) signal.throwIfAborted();
    throw storageError(context, error);
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
    throw storageError(context, error, credentials);
  } finally {
    timer.stop();
  }
}

function parseSink(sink: unknown, { vendor, operation }: SecretSinkContext): SecretSink | undefined {
  if (sink === undefined) return undefined;
  if (typeof sink === "function") return { write: sink as SecretSink["write"] };
  const { check, write } = (sink ?? {}) as Partial<Record<keyof SecretSink, unknown>>;
  if (typeof write === "function" && (check === undefined || typeof check === "function")) return sink as SecretSink;
  const message = "expected a function, or an object with the function write and, optionally, check";
  const issues = [{ path: "secretSink", message }];
  throw new ValidationError({ vendor, operation, message: `${vendor} ${operation}: secretSink: ${message}`, issues });
}

function storageError(
  { vendor, operation, id }: SecretSinkContext,
  error: unknown,
  credentials?: ClientCredentials,
): SecretStorageError {
  const problem = readMessage(error, credentials ? [credentials.clientSecret] : []);
  const what = credentials
    ? `writing the secret${id === undefined ? "" : ` of client ${id}`} failed`
    : "the secret sink is not ready";
  return createError(
    SecretStorageError,
    { vendor, operation, outcome: credentials ? "applied" : "not_applied", clientId: id, credentials },
    {
      writes: true,
      reason: `${what}${problem && `: ${problem}`}`,
      effect: credentials ? undefined : "The request was not sent",
      hint: credentials && "Call error.unsavedCredentials() and store the secret",
    },
  );
}

// The message of an error of the sink. It may repeat the secret. Reading it must not fail: the credentials would be lost.
function readMessage(error: unknown, secrets: readonly string[]): string {
  try {
    const message = error instanceof Error ? describeReason(error) : undefined;
    return typeof message === "string" ? redact(message, secrets) : "";
  } catch {
    return "";
  }
}
