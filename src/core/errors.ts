import type { ClientCredentials } from "./credentials.js";

/**
 * Whether the vendor has acted on the call that failed.
 *
 * `not_applied`: the vendor refused, or the request never left, or it only reads.
 * `unknown`: the connection broke, time ran out or the response could not be read after the request was sent. Look (get, list)
 * before doing it again.
 * `happened`: the vendor did what was asked, and something after it failed.
 */
export type Outcome = "not_applied" | "unknown" | "applied";

/** One fault in an option or an input: where, and what is wrong. Never the value. */
export interface ValidationIssue {
  /** The field, with dots and indexes: `redirectUris.0`. Empty for the value as a whole. */
  readonly path: string;
  /** What is wrong with it, for people. */
  readonly message: string;
}

/** What every error of this library can tell. */
export interface ErrorFacts {
  /** For people. It never holds a secret. */
  readonly message: string;
  /** The vendor whose call failed, for example the `vendor` of its manager. */
  readonly vendor?: string | undefined;
  /** What was asked, in words: `create client`. */
  readonly operation?: string | undefined;
  /**
   * Whether the vendor may have acted.
   * @default "not_applied"
   */
  readonly outcome?: Outcome | undefined;
  /** Credentials that this library chose and the vendor may have stored. */
  readonly credentials?: ClientCredentials | undefined;
}

/** The stable codes, one for each class. A `switch` over `error.code` can be exhaustive. */
export type ErrorCode = AnyOAuthClientsError["code"];

/** Every class below, so that `code` tells them apart. */
export type AnyOAuthClientsError =
  | ConfigurationError
  | ValidationError
  | NetworkError
  | TimeoutError
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

// Every field that an error of some kind has. What else is handed to one is not kept.
const fields = "vendor operation status error errorDescription vendorCode requestId retryAfterMs issues".split(" ");

// A registered symbol: two copies of this package in one program still know each other's errors.
const brand: unique symbol = Symbol.for("oauth-clients.error") as never;

// Beside the errors and not in them, where a debugger, a logger or a serialiser would find them.
const kept = /* @__PURE__ */ new WeakMap<OAuthClientsError, ClientCredentials>();

/**
 * The root of all errors of this library. It keeps nothing that would have to be struck out: no request, no answer, no
 * header, and no error of the transport as `cause`.
 */
export abstract class OAuthClientsError extends Error {
  /** Stable name of the kind of failure. */
  abstract readonly code: string;
  /** The vendor whose call failed. */
  declare readonly vendor?: string;
  /** What was asked, in words. */
  declare readonly operation?: string;
  /** Whether the vendor may have acted. */
  readonly outcome: Outcome;

  constructor(facts: ErrorFacts & { readonly issues?: readonly ValidationIssue[] }) {
    super(facts.message);
    this.outcome = facts.outcome ?? "not_applied";
    const given = facts as unknown as Record<string, unknown>;
    for (const name of fields) if (given[name] !== undefined) Object.assign(this, { [name]: given[name] });
    if (facts.credentials) kept.set(this, facts.credentials);
    Object.defineProperty(this, brand, { value: true });
  }

  /**
   * The credentials that this library chose for the failed call, when the vendor may have stored them. Keep them until a look
   * at the vendor has settled whether the call took effect. They are neither printed nor serialised with the error.
   */
  unsavedCredentials(): ClientCredentials | undefined {
    return kept.get(this);
  }

  /** What a structured log may keep: no stack, no secret. */
  toJSON(): Record<string, unknown> {
    return { name: this.name, message: this.message, ...(this as object) };
  }
}

/** A factory was given options that cannot work. Thrown at once, before anything is sent. */
export class ConfigurationError extends OAuthClientsError {
  readonly code = "invalid_configuration";
  /** Every fault found, by option. */
  declare readonly issues: readonly ValidationIssue[];

  constructor(facts: ErrorFacts & { readonly issues: readonly ValidationIssue[] }) {
    super(facts);
  }

  override get name(): string {
    return "ConfigurationError";
  }
}

/** A call was given input that the vendor would refuse or misread. Normally thrown before anything is sent. */
export class ValidationError extends OAuthClientsError {
  readonly code = "invalid_input";
  /** Every fault found, by field. */
  declare readonly issues: readonly ValidationIssue[];

  constructor(facts: ErrorFacts & { readonly issues: readonly ValidationIssue[] }) {
    super(facts);
  }

  override get name(): string {
    return "ValidationError";
  }
}

/** No response was received: name not found, connection refused or broken, or an incomplete response. */
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

/** The vendor said yes in a form that cannot be read. On a write the effect may have happened. */
export class UnexpectedResponseError extends OAuthClientsError {
  readonly code = "unexpected_response";
  /** HTTP status of the response. */
  declare readonly status?: number;
  /** Where the response differs from the documented schema. Paths and kinds, never values. */
  declare readonly issues: readonly ValidationIssue[];

  constructor(facts: ErrorFacts & { readonly issues?: readonly ValidationIssue[]; readonly status?: number | undefined }) {
    super({ ...facts, issues: facts.issues ?? [] });
  }

  override get name(): string {
    return "UnexpectedResponseError";
  }
}

/** The token endpoint refused (RFC 6749 section 5.2). */
export class TokenEndpointError extends OAuthClientsError {
  readonly code = "token_endpoint_error";
  /** HTTP status of the response. */
  declare readonly status: number;
  /** RFC 6749's `error`, for example `invalid_client`. */
  declare readonly error: string;
  /** RFC 6749's `error_description`, cleaned. */
  declare readonly errorDescription?: string;
  /** How long the server asks to wait, in milliseconds. */
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
 * A secret could not be stored where the caller wanted it. Either that showed before the vendor was asked (`not_applied`), or
 * the vendor has issued it (`happened`): then `unsavedCredentials()` has the credentials, and nothing is lost.
 */
export class SecretStorageError extends OAuthClientsError {
  readonly code = "secret_storage_failed";
  /** The vendor's handle for the client whose secret it is. Absent when nothing was sent. */
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
  /** The vendor's own code for the fault. */
  readonly vendorCode?: string | undefined;
  /** The vendor's id of the request, to quote to its support. */
  readonly requestId?: string | undefined;
  /** How long the vendor asks to wait, in milliseconds. Kept where it was busy or failed. */
  readonly retryAfterMs?: number | undefined;
}

/** What kind of refusal an answer was. */
export type ResponseErrorCode =
  | "error_response"
  | "authentication"
  | "permission"
  | "not_found"
  | "conflict"
  | "rate_limited"
  | "server_error";

/** The vendor answered, and the answer was no. The statuses that programs tell apart have classes of their own below. */
export class ResponseError extends OAuthClientsError {
  readonly code: ResponseErrorCode = "error_response";
  /** HTTP status. 0 where a runtime hides a redirect. */
  declare readonly status: number;
  /** The vendor's own code for the fault. */
  declare readonly vendorCode?: string;
  /** The vendor's id of the request, to quote to its support. */
  declare readonly requestId?: string;

  constructor(facts: ResponseFacts) {
    super(facts);
  }

  override get name(): string {
    return "ResponseError";
  }
}

/** 401: the vendor does not accept the credential that the manager was given. */
export class AuthenticationError extends ResponseError {
  override readonly code = "authentication";

  override get name(): string {
    return "AuthenticationError";
  }
}

/** 403: the credential is good, and may not do this. */
export class PermissionDeniedError extends ResponseError {
  override readonly code = "permission";

  override get name(): string {
    return "PermissionDeniedError";
  }
}

/** 404: there is no such thing, or (at some vendors) the caller may not see it. */
export class NotFoundError extends ResponseError {
  override readonly code = "not_found";

  override get name(): string {
    return "NotFoundError";
  }
}

/** 409: the resource exists already, or another request is changing it. */
export class ConflictError extends ResponseError {
  override readonly code = "conflict";

  override get name(): string {
    return "ConflictError";
  }
}

/** 429: too many requests, and waiting as asked would have passed the cap or the deadline. */
export class RateLimitError extends ResponseError {
  override readonly code = "rate_limited";
  /** How long the vendor asks to wait, in milliseconds. */
  declare readonly retryAfterMs?: number;

  override get name(): string {
    return "RateLimitError";
  }
}

/** 5xx: the vendor failed. On a write the effect may have happened. */
export class ServerError extends ResponseError {
  override readonly code = "server_error";
  /** How long the vendor asks to wait, in milliseconds. */
  declare readonly retryAfterMs?: number;

  override get name(): string {
    return "ServerError";
  }
}

/**
 * Recognises an error of this library, also one that another copy or version of the package has thrown, which `instanceof`
 * would miss.
 */
export function isOAuthClientsError(value: unknown): value is AnyOAuthClientsError {
  return typeof value === "object" && value !== null && (value as Record<symbol, unknown>)[brand] === true;
}

/** What `cloneError` can change. A member that is present replaces the original's, also when it is `undefined`. */
export type ErrorOverrides = Partial<ErrorFacts> & { readonly retryAfterMs?: number };

/**
 * Clones an error with other facts, for example with the outcome of this call. The original stays as it is: callers that wait for the
 * same token share it.
 */
export function cloneError<E extends OAuthClientsError>(error: E, overrides: ErrorOverrides): E {
  const { message = error.message, credentials, ...facts } = overrides;
  // A native error of the same class. Its constructor is not called: what each class takes is not known here.
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
  const unsaved = "credentials" in overrides ? credentials : kept.get(error);
  if (unsaved) kept.set(clone, unsaved);
  return clone;
}
