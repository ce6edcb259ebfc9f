import type { ClientCredentials } from "./credentials.js";
import { SecretStorageError, ValidationError } from "./errors.js";
import type { CallOptions } from "./manager.js";
import { redact } from "./redact.js";

/** What a delivery is told about the secret. Holds no secret itself. */
export interface SecretSinkContext {
  /** The vendor that issues the secret. */
  readonly vendor: string;
  /** What issues it, in words: `create client`, `rotate secret`. */
  readonly operation: string;
  /** The server that the client belongs to, for example `hydra.example.com`. Client ids are unique within one server only. */
  readonly server?: string;
  /** The vendor's handle for the client. Absent before the client is made. */
  readonly id?: string;
  /** The client's name for people, where it is known. */
  readonly name?: string;
}

/** A place where secrets go: a file, a vault. */
export interface SecretSink {
  /**
   * Tries out whether a secret could be stored, before the vendor is asked for one. When it rejects, nothing has been sent.
   */
  readonly check?: (occasion: SecretSinkContext) => void | Promise<void>;
  /** Stores the credentials. It is called once, as soon as there are any. */
  readonly write: (credentials: ClientCredentials, occasion: SecretSinkContext) => void | Promise<void>;
}

/** What every call takes that may bring a secret. */
export interface SecretOptions extends CallOptions {
  /**
   * Where the secret goes at once, before the call resolves. The result holds it all the same. When it cannot be stored, the call
   * rejects with a `SecretStorageError`, whose `unsavedCredentials()` has the credentials. A signal that fires meanwhile does not stop it.
   */
  readonly secretSink?: SecretSink | SecretSink["write"];
}

/**
 * Issues a secret and hands it over: prepares, issues, stores, in this order.
 *
 * @throws {ValidationError} `secretSink` is no place for secrets; nothing was sent
 * @throws {SecretStorageError} with `outcome: "not_applied"` when preparing failed, and with `outcome: "applied"` and the
 * credentials when storing did
 */
export async function writeSecret<Result extends { readonly credentials?: ClientCredentials }>(
  options: SecretOptions | undefined,
  occasion: SecretSinkContext,
  issue: () => Promise<Result>,
  identify: (result: Result) => Pick<SecretSinkContext, "id" | "name"> = () => ({}),
): Promise<Result> {
  const delivery = readDelivery(options?.secretSink, occasion);
  if (!delivery) return issue();
  options?.signal?.throwIfAborted();
  try {
    await delivery.check?.(occasion);
  } catch (error) {
    // A place that asks somebody else may have been ended by the call's own signal, whose reason is the caller's.
    options?.signal?.throwIfAborted();
    throw failure(occasion, "nothing was sent, because a secret could not be stored", error);
  }
  const result = await issue();
  const { credentials } = result;
  if (!credentials) return result;
  const { id = occasion.id, name = occasion.name } = identify(result);
  const issued = { ...occasion, ...(id === undefined ? {} : { id }), ...(name === undefined ? {} : { name }) };
  try {
    await delivery.write(credentials, issued);
  } catch (error) {
    throw failure(issued, "it is done, and the secret could not be stored; unsavedCredentials() has it", error, credentials);
  }
  return result;
}

function readDelivery(sink: unknown, { vendor, operation }: SecretSinkContext): SecretSink | undefined {
  if (sink === undefined) return undefined;
  if (typeof sink === "function") return { write: sink as SecretSink["write"] };
  const { check, write } = (sink ?? {}) as Partial<Record<keyof SecretSink, unknown>>;
  if (typeof write === "function" && (check === undefined || typeof check === "function")) return sink as SecretSink;
  const message = "expected a function, or an object with the function write and, optionally, check";
  const issues = [{ path: "secretSink", message }];
  throw new ValidationError({ vendor, operation, message: `${vendor} ${operation}: secretSink: ${message}`, issues });
}

function failure(
  { vendor, operation, id }: SecretSinkContext,
  what: string,
  error: unknown,
  credentials?: ClientCredentials,
): SecretStorageError {
  const said = readWords(error, credentials ? [credentials.clientSecret] : []);
  return new SecretStorageError({
    vendor,
    operation,
    outcome: credentials ? "applied" : "not_applied",
    message: `${vendor} ${operation}${id === undefined ? "" : ` (${id})`}: ${what}${said && `: ${said}`}`,
    clientId: id,
    credentials,
  });
}

// Somebody else's words, about a value that they were given. Reading them must not fail: the credentials would go with it.
function readWords(error: unknown, secrets: readonly string[]): string {
  try {
    const message = error instanceof Error ? error.message : undefined;
    return typeof message === "string" ? redact(message, secrets) : "";
  } catch {
    return "";
  }
}
