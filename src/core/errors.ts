import type { ClientCredentials } from "./credentials.js";

/**
 * Whether the vendor applied the change of a failed call.
 *
 * `not_applied`: the vendor rejected the request, or the request was not sent, or it only reads.
 * `unknown`: after the request was sent, the connection was lost, the time was over, or the response did not match the documented schema.
 * Read the current state (get, list) before you retry.
 * `applied`: the vendor applied the change, and a later step failed.
 */
export type Outcome = "not_applied" | "unknown" | "applied";

/** A problem of an option or an input: the field and the reason, without the value. */
export interface ValidationIssue {
  /** The field, with dots and indexes: `redirectUris.0`. Empty for the whole value. */
  readonly path: string;
  /** The reason, for people. */
  readonly message: string;
}

/** The facts of an error of this library. */
export interface ErrorFacts {
  /** For people. It contains no secret. */
  readonly message: string;
  /** The vendor whose call failed, for example the `vendor` of its manager. */
  readonly vendor?: string | undefined;
  /** What was requested, in words: `create client`. */
  readonly operation?: string | undefined;
  /**
   * Whether the vendor may have applied the change.
   * @default "not_applied"
   */
  readonly outcome?: Outcome | undefined;
  /** Credentials that this library generated and the vendor may have stored. */
  readonly credentials?: ClientCredentials | undefined;
}

/** The stable codes, one for each class. A `switch` over `error.code` can be exhaustive. */
export type ErrorCode = AnyOAuthClientsError["code"];

/** All error classes, discriminated by `code`. */
export type AnyOAuthClientsError =
  | ConfigurationError
  | ValidationError
  | NetworkError
  | TimeoutError
  | AbortedError
  | UnexpectedResponseError
  | TokenEndpointError
  | SecretStorageError
  | (ResponseError & { readonly code: "error_response" })
  | AuthenticationError
  | PermissionDeniedError
  | NotFoundError
  | ConflictError
  | RateLimitError
  | ServerError;

// The fields of all classes. Other facts are ignored.
const fields = "vendor operation status error errorDescription vendorCode requestId retryAfterMs issues".split(" ");

// A registered symbol: two copies of this package in one program recognize each other's errors.
const brand: unique symbol = Symbol.for("oauth-clients.error") as never;

// Not in the errors, where a debugger, a logger or a serializer would find them.
const unsaved = /* @__PURE__ */ new WeakMap<OAuthClientsError, ClientCredentials>();

/**
 * The base class of all errors of this library. It contains nothing that must be redacted: no request, no response, no header, and no
 * error of the transport as `cause`.
 */
export abstract class OAuthClientsError extends Error {
  /** The stable code of the class. */
  abstract readonly code: string;
  /** The vendor whose call failed. */
  declare readonly vendor?: string;
  /** What was requested, in words. */
  declare readonly operation?: string;
  /** Whether the vendor may have applied the change. */
  readonly outcome: Outcome;

  constructor(facts: ErrorFacts & { readonly issues?: readonly ValidationIssue[] }) {
    super(facts.message);
    this.outcome = facts.outcome ?? "not_applied";
    const values = facts as unknown as Record<string, unknown>;
    for (const name of fields) if (values[name] !== undefined) Object.assign(this, { [name]: values[name] });
    if (facts.credentials) unsaved.set(this, facts.credentials);
    Object.defineProperty(this, brand, { value: true });
  }

  /**
   * The credentials of the failed call, when the vendor may have stored them. Store them until you have read at the vendor whether the
   * call was applied. They are neither printed nor serialized with the error.
   */
  unsavedCredentials(): ClientCredentials | undefined {
    return unsaved.get(this);
  }

  /** The error as JSON, for a structured log: no stack, no secret. */
  toJSON(): Record<string, unknown> {
    return { name: this.name, message: this.message, ...(this as object) };
  }
}

/** The options of a factory are invalid. Thrown before any request. */
export class ConfigurationError extends OAuthClientsError {
  readonly code = "invalid_configuration";
  /** The problems, by option. */
  declare readonly issues: readonly ValidationIssue[];

  constructor(facts: ErrorFacts & { readonly issues: readonly ValidationIssue[] }) {
    super(facts);
  }

  override get name(): string {
    return "ConfigurationError";
  }
}

/** The input of a call is invalid. Usually thrown before any request. */
export class ValidationError extends OAuthClientsError {
  readonly code = "invalid_input";
  /** The problems, by field. */
  declare readonly issues: readonly ValidationIssue[];

  constructor(facts: ErrorFacts & { readonly issues: readonly ValidationIssue[] }) {
    super(facts);
  }

  override get name(): string {
    return "ValidationError";
  }
}

/** No response was received: name not found, connection refused or lost, or an incomplete response. */
export class NetworkError extends OAuthClientsError {
  readonly code = "network";

  override get name(): string {
    return "NetworkError";
  }
}

/** The call's deadline passed. */
export class TimeoutError extends OAuthClientsError {
  readonly code = "timeout";

  override get name(): string {
    return "TimeoutError";
  }
}

/**
 * The caller's signal aborted a call that creates a client or rotates a secret, after its request was sent. `cause` is the reason of the
 * signal. The outcome is `unknown`: the message says what to look for, and `unsavedCredentials()` returns the credentials that were sent.
 * An abort before the request is sent, and of any other call, rejects with the reason of the signal.
 */
export class AbortedError extends OAuthClientsError {
  readonly code = "aborted";

  constructor({ cause, ...facts }: ErrorFacts & { readonly cause: unknown }) {
    super(facts);
    Object.defineProperty(this, "cause", { value: cause, configurable: true, writable: true });
  }

  override get name(): string {
    return "AbortedError";
  }
}

/** A 2xx response does not match the documented schema. The outcome of a write is `unknown`. */
export class UnexpectedResponseError extends OAuthClientsError {
  readonly code = "unexpected_response";
  /** HTTP status of the response. */
  declare readonly status?: number;
  /** The differences from the documented schema: paths and types, no values. */
  declare readonly issues: readonly ValidationIssue[];

  constructor(facts: ErrorFacts & { readonly issues?: readonly ValidationIssue[]; readonly status?: number | undefined }) {
    super({ ...facts, issues: facts.issues ?? [] });
  }

  override get name(): string {
    return "UnexpectedResponseError";
  }
}

/** An error response of the token endpoint (RFC 6749 section 5.2). */
export class TokenEndpointError extends OAuthClientsError {
  readonly code = "token_endpoint_error";
  /** HTTP status of the response. */
  declare readonly status: number;
  /** RFC 6749's `error`, for example `invalid_client`. */
  declare readonly error: string;
  /** RFC 6749's `error_description`, redacted. */
  declare readonly errorDescription?: string;
  /** The delay that the server requires before a retry, in milliseconds. */
  declare readonly retryAfterMs?: number;

  constructor(
    facts: ErrorFacts & {
      readonly status: number;
      readonly error: string;
      readonly errorDescription?: string | undefined;
      readonly retryAfterMs?: number | undefined;
    },
  ) {
    super(facts);
  }

  override get name(): string {
    return "TokenEndpointError";
  }
}

/**
 * The secret sink failed: before the request (`not_applied`), or after the vendor issued the secret (`applied`). In the second case
 * `unsavedCredentials()` returns the credentials.
 */
export class SecretStorageError extends OAuthClientsError {
  readonly code = "secret_storage_failed";
  /** The vendor's id of the client that the secret belongs to. Absent when no request was sent. */
  declare readonly clientId?: string;

  constructor(facts: ErrorFacts & { readonly clientId?: string | undefined }) {
    super(facts);
    if (facts.clientId !== undefined) this.clientId = facts.clientId;
  }

  override get name(): string {
    return "SecretStorageError";
  }
}

/** The facts of an error response. */
export interface ResponseFacts extends ErrorFacts {
  /** HTTP status. 0 where a runtime hides a redirect. */
  readonly status: number;
  /** The vendor's error code. */
  readonly vendorCode?: string | undefined;
  /** The vendor's id of the request, for its support. */
  readonly requestId?: string | undefined;
  /** The delay that the vendor requires before a retry, in milliseconds. Only for 429 and 5xx responses. */
  readonly retryAfterMs?: number | undefined;
}

/** The codes of the error responses. */
export type ResponseErrorCode =
  | "error_response"
  | "authentication"
  | "permission"
  | "not_found"
  | "conflict"
  | "rate_limited"
  | "server_error";

/** An error response of the vendor. Some statuses have their own classes. */
export class ResponseError extends OAuthClientsError {
  readonly code: ResponseErrorCode = "error_response";
  /** HTTP status. 0 where a runtime hides a redirect. */
  declare readonly status: number;
  /** The vendor's error code. */
  declare readonly vendorCode?: string;
  /** The vendor's id of the request, for its support. */
  declare readonly requestId?: string;

  constructor(facts: ResponseFacts) {
    super(facts);
  }

  override get name(): string {
    return "ResponseError";
  }
}

/** 401: the manager's credential is invalid. */
export class AuthenticationError extends ResponseError {
  override readonly code = "authentication";

  override get name(): string {
    return "AuthenticationError";
  }
}

/** 403: the credential is valid and does not have the permission. */
export class PermissionDeniedError extends ResponseError {
  override readonly code = "permission";

  override get name(): string {
    return "PermissionDeniedError";
  }
}

/** 404: the resource does not exist or, at some vendors, the caller has no permission to read it. */
export class NotFoundError extends ResponseError {
  override readonly code = "not_found";

  override get name(): string {
    return "NotFoundError";
  }
}

/** 409: the resource exists already, or another request changes it at the same time. */
export class ConflictError extends ResponseError {
  override readonly code = "conflict";

  override get name(): string {
    return "ConflictError";
  }
}

/** 429: too many requests. All retries failed, or the required delay is longer than the longest delay or the deadline. */
export class RateLimitError extends ResponseError {
  override readonly code = "rate_limited";
  /** The delay that the vendor requires before a retry, in milliseconds. */
  declare readonly retryAfterMs?: number;

  override get name(): string {
    return "RateLimitError";
  }
}

/** 5xx: the server failed. The outcome of a write is `unknown`. */
export class ServerError extends ResponseError {
  override readonly code = "server_error";
  /** The delay that the vendor requires before a retry, in milliseconds. */
  declare readonly retryAfterMs?: number;

  override get name(): string {
    return "ServerError";
  }
}

/**
 * Whether a value is an error of this library, also of another copy or version of the package, which `instanceof` does not recognize.
 */
export function isOAuthClientsError(value: unknown): value is AnyOAuthClientsError {
  return typeof value === "object" && value !== null && (value as Record<symbol, unknown>)[brand] === true;
}

/** The facts that `cloneError` can replace. `credentials: undefined` removes the credentials. */
export type ErrorOverrides = Partial<ErrorFacts> & { readonly retryAfterMs?: number };

/**
 * Clones an error with other facts, for example with the outcome of this call. The original does not change: callers that wait for the
 * same token share it.
 */
export function cloneError<E extends OAuthClientsError>(error: E, overrides: ErrorOverrides): E {
  const { message = error.message, credentials, ...facts } = overrides;
  // A native error of the same class. Its constructor is not called, because the parameters of each class differ.
  const clone = Reflect.construct(Error, [], error.constructor as new () => E) as E;
  Object.defineProperties(clone, Object.getOwnPropertyDescriptors(error));
  const define = (name: string, value: unknown, enumerable: boolean) =>
    Object.defineProperty(clone, name, { value, enumerable, configurable: true, writable: true });
  define("message", message, false);
  define(
    "stack",
    error.stack?.replace(error.message, () => message),
    false,
  );
  for (const [name, value] of Object.entries(facts)) if (value !== undefined) define(name, value, true);
  const cloned = "credentials" in overrides ? credentials : unsaved.get(error);
  if (cloned) unsaved.set(clone, cloned);
  return clone;
}
