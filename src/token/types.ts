import type { TokenRequest } from "../core/credentials.js";
import type { RetryOptions } from "../core/http/retry.js";

/**
 * An access token from a token endpoint (RFC 6749 section 5.1). The value is a plain string, like every credential of this library:
 * do not log the object.
 */
export interface AccessToken {
  /** The text after `tokenType` in the `authorization` header. It is opaque: never parsed, of any length. */
  readonly value: string;
  /**
   * `Bearer`, however the server spells it, or `DPoP` for a request with a DPoP key. A response with another type than the requested one
   * is refused.
   */
  readonly tokenType: "Bearer" | "DPoP";
  /**
   * The lifetime of the token in milliseconds, counted from the moment before the request was sent. `undefined` when the response has
   * none, which does not mean that the token never expires. At most one year.
   */
  readonly lifetimeMs?: number;
  /** The end of the lifetime by the wall clock of this machine. `undefined` when `lifetimeMs` is. */
  readonly expiresAt?: Date;
  /** Granted scopes, one per element. They can be fewer than the requested scopes; that is not an error (RFC 6749 section 3.3). */
  readonly scopes: readonly string[];
  /**
   * Where `scopes` comes from. `response`: the server stated it. `request`: the response has no `scope`, which by RFC 6749 section
   * 5.1 means that the requested scopes were granted; some servers omit it although they granted fewer.
   */
  readonly scopeSource: "response" | "request";
  /** All other members of the response, by the names of the server. They are not validated. A `refresh_token` is removed. */
  readonly additionalFields: Readonly<Record<string, unknown>>;
}

/**
 * The events on the channels `oauth-clients.token.<kind>` of `node:diagnostics_channel`, by kind. No event contains a secret. Start, end and
 * error of each token request with its retries are on the `TracingChannel` `oauth-clients.token`, whose context is a `TokenEvent`.
 */
export interface TokenEvents {
  /** An HTTP request is sent. There is one event for each attempt. */
  readonly request: TokenEvent;
  /** A token request succeeded. */
  readonly success: TokenEvent &
    Pick<AccessToken, "scopes" | "scopeSource"> & { readonly lifetimeMs: number | undefined; readonly durationMs: number };
  /** A token request failed, after its retries. */
  readonly refusal: TokenEvent & { readonly error: unknown; readonly durationMs: number };
  /** `get` returned the cached token. */
  readonly hit: TokenEvent;
  /** A refresh starts in the background while the current token is served. */
  readonly refresh: TokenEvent;
  /** The circuit breaker opens because of the error. For `holdMs` milliseconds no token request is sent. */
  readonly breaker: TokenEvent & { readonly error: unknown; readonly holdMs: number };
}

/** The fields of every event. */
export interface TokenEvent {
  /** Host and path of the token endpoint. */
  readonly endpoint: string;
  /** OAuth's `client_id`. */
  readonly clientId: string;
}

/** Sends one HTTP request. The platform's `fetch` has this type. */
export type TokenFetch = (url: string, init: RequestInit) => Promise<Response>;

/** Options of every token request. */
export interface TokenRequestOptions {
  /**
   * Sends the request: for proxies, client certificates, tracing, tests. It has to obey `redirect: "manual"`, and should use neither
   * an HTTP cache nor cookies.
   * @default the platform's `fetch`, without HTTP cache and cookies where the runtime has them
   */
  readonly fetch?: TokenFetch;
  /**
   * Deadline of one token request in milliseconds, from connecting to the last byte of the response, retries included.
   * @default 10_000
   */
  readonly timeoutMs?: number;
  /**
   * The maximum size of a response in bytes, after decompression.
   * @default 1_048_576
   */
  readonly maxResponseBytes?: number;
  /**
   * Rejects a token that lacks a requested scope. `"requested"`: a response without `scope` grants all requested scopes (RFC 6749
   * section 5.1). `"stated"`: a response without `scope` is rejected too.
   * @default any scope is accepted; see `scopes` in the result
   */
  readonly requireScopes?: "requested" | "stated";
  /**
   * Host names in lower case, without port, whose token endpoints may use `http:`, for example in a cluster whose network is encrypted.
   * Credentials and tokens sent over `http:` can be read by everyone on the way.
   * @default []
   */
  readonly allowInsecureHttp?: readonly string[];
  /**
   * Converts the responses of a server that deviates from RFC 6749 section 5.1, for example without `token_type`, with status 201, or
   * with `scope` as an array. It is called with the parsed JSON of every 2xx response within `maxResponseBytes`, of any content type.
   * It returns an object with the members of RFC 6749, which is validated as usual.
   * @default a response that deviates is refused
   */
  readonly adaptResponse?: (body: unknown, response: { readonly status: number; readonly contentType: string }) => unknown;
}

/** Options of `requestToken`. */
export interface TokenOptions extends TokenRequestOptions {
  /** Aborts the request, which then rejects with the signal's own reason. */
  readonly signal?: AbortSignal;
}

/** Options of `createTokenSource`. */
export interface TokenSourceOptions extends TokenRequestOptions {
  /**
   * The lifetime in milliseconds of a token whose response states none.
   * @default such a token is returned once and not cached
   */
  readonly defaultLifetimeMs?: number;
  /**
   * The retries after a transient failure: no response, or status 408, 429, 500, 502, 503 or 504. The retries and the delays between
   * them, `Retry-After` included, have to fit into `timeoutMs`. `maxRetries` is 10 at most.
   * @default { maxRetries: 2, initialDelayMs: 100, maxDelayMs: 60_000 }
   */
  readonly retry?: RetryOptions;
  /** The store through which several processes share tokens: the result of `createSharedTokenStore` of `oauth-clients/token/store`. */
  readonly store?: TokenStore;
  /**
   * A clock that never goes back, in milliseconds from any starting point. It measures lifetimes. A token has also expired when the wall
   * clock says so; a wall clock that is set back has no effect.
   * @default () => performance.now()
   */
  readonly now?: () => number;
  /**
   * Keeps the runtime alive until a token request has ended, for platforms that stop work when a response has been sent: `waitUntil` of
   * `cloudflare:workers`, for example.
   */
  readonly waitUntil?: (work: Promise<unknown>) => void;
}

/** A store of tokens that the sources of several processes share. Opaque: created by `createSharedTokenStore`. */
export interface TokenStore {
  /**
   * Prepares the entry of one token request.
   * @throws {ConfigurationError} the client authentication has no `fingerprint`
   */
  readonly open: (request: TokenRequest) => TokenStoreEntry;
}

/** The entry of one token request in a store. */
export interface TokenStoreEntry {
  /** Returns the stored token, unless its value is one of `unwanted`; otherwise the result of `requestToken`. */
  readonly renew: (requestToken: () => Promise<AccessToken>, unwanted: ReadonlySet<string>) => Promise<AccessToken>;
  /** Removes a token that a resource server has rejected. */
  readonly forget: (value: string) => void;
}

/** Options of `get`. */
export interface GetTokenOptions {
  /** Ends the wait of this caller, which then rejects with the signal's own reason. Other callers continue to wait. */
  readonly signal?: AbortSignal;
}

/** Caches one token and refreshes it. Logging it shows no secret. */
export interface TokenSource {
  /**
   * Resolves to a valid token: the current token, or the result of the token request in flight, or the result of a new token request.
   * Near the end of its lifetime the current token is still returned, while a new one is requested in the background.
   *
   * @throws {TokenEndpointError} the token endpoint sent an error response
   * @throws {RateLimitError} the response is a 429 without an OAuth error code
   * @throws {ServerError} the response is a 5xx without an OAuth error code
   * @throws {UnexpectedResponseError} the response is not a valid token response
   * @throws {NetworkError} no response was received
   * @throws {TimeoutError} the deadline of the token request passed
   */
  readonly get: (options?: GetTokenOptions) => Promise<AccessToken>;
  /** The current token while it is valid. Sends nothing and does not wait. */
  readonly peek: () => AccessToken | undefined;
  /**
   * Removes a token that a resource server has rejected. Only a token with this value is removed, so a late report about an old token
   * does not affect the new one. A token request that was sent before cannot restore the rejected token.
   */
  readonly invalidate: (token: string | Pick<AccessToken, "value">) => void;
}
