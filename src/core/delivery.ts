import type { ClientCredentials } from "./credentials.js";
import { DeliveryError, InputError } from "./errors.js";
import type { CallOptions } from "./manager.js";
import { scrub } from "./scrub.js";

/** What a delivery is told about the secret. Holds no secret itself. */
export interface DeliveryOccasion {
  /** The vendor that issues the secret. */
  readonly vendor: string;
  /** What issues it, in words: `create client`, `rotate secret`. */
  readonly operation: string;
  /** The vendor's handle for the client. Absent before the client is made. */
  readonly id?: string;
  /** The client's name for people, where it is known. */
  readonly name?: string;
}

/** A place where secrets go: a file, a vault. */
export interface SecretDelivery {
  /**
   * Tries out whether a secret could be stored, before the vendor is asked for one. When it rejects, nothing has been sent.
   */
  readonly prepare?: (occasion: DeliveryOccasion) => void | Promise<void>;
  /** Stores the credentials. It is called once, as soon as there are any. */
  readonly store: (credentials: ClientCredentials, occasion: DeliveryOccasion) => void | Promise<void>;
}

/** A place where secrets go, or just the function that stores them. */
export type Deliver = SecretDelivery | SecretDelivery["store"];

/** What every call takes that may bring a secret. */
export interface IssueOptions extends CallOptions {
  /**
   * Where the secret goes at once, before the call resolves. The result holds it all the same. When it cannot be stored, the call
   * rejects with a `DeliveryError`, whose `recover()` has the credentials. A signal that fires meanwhile does not stop it.
   */
  readonly deliver?: Deliver;
}

/**
 * Issues a secret and hands it over: prepares, issues, stores, in this order.
 *
 * @throws {InputError} `deliver` is no place for secrets; nothing was sent
 * @throws {DeliveryError} with `outcome: "nothing_happened"` when preparing failed, and with `outcome: "happened"` and the
 * credentials when storing did
 */
export async function deliverIssued<Result extends { readonly credentials?: ClientCredentials }>(
  options: IssueOptions | undefined,
  occasion: DeliveryOccasion,
  issue: () => Promise<Result>,
  identify: (result: Result) => Pick<DeliveryOccasion, "id" | "name"> = () => ({}),
): Promise<Result> {
  const delivery = readDelivery(options?.deliver, occasion);
  if (!delivery) return issue();
  options?.signal?.throwIfAborted();
  try {
    await delivery.prepare?.(occasion);
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
    await delivery.store(credentials, issued);
  } catch (error) {
    throw failure(issued, "it is done, and the secret could not be stored; recover() has it", error, credentials);
  }
  return result;
}

function readDelivery(deliver: unknown, { vendor, operation }: DeliveryOccasion): SecretDelivery | undefined {
  if (deliver === undefined) return undefined;
  if (typeof deliver === "function") return { store: deliver as SecretDelivery["store"] };
  const { prepare, store } = (deliver ?? {}) as Partial<Record<keyof SecretDelivery, unknown>>;
  if (typeof store === "function" && (prepare === undefined || typeof prepare === "function")) return deliver as SecretDelivery;
  const message = "expected a function, or an object with the functions store and, if need be, prepare";
  const issues = [{ path: "deliver", message }];
  throw new InputError({ vendor, operation, message: `${vendor} ${operation}: deliver: ${message}`, issues });
}

function failure(
  { vendor, operation, id }: DeliveryOccasion,
  what: string,
  error: unknown,
  credentials?: ClientCredentials,
): DeliveryError {
  const said = readWords(error, credentials ? [credentials.clientSecret] : []);
  return new DeliveryError({
    vendor,
    operation,
    outcome: credentials ? "happened" : "nothing_happened",
    message: `${vendor} ${operation}${id === undefined ? "" : ` (${id})`}: ${what}${said && `: ${said}`}`,
    clientId: id,
    credentials,
  });
}

// Somebody else's words, about a value that they were given. Reading them must not fail: the credentials would go with it.
function readWords(error: unknown, secrets: readonly string[]): string {
  try {
    const message = error instanceof Error ? error.message : undefined;
    return typeof message === "string" ? scrub(message, secrets) : "";
  } catch {
    return "";
  }
}
