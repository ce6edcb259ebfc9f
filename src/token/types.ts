import type { TokenRequest } from "../core/credentials.js";
import type { RetryOptions } from "../core/http/retry.js";

/**
 * An access token as the token endpoint gave it (RFC 6749 section 5.1). The value is a plain string, like every credential of this
 * library, so do not log the object.
 */
export interface AccessToken {
  /** What goes behind `Bearer ` in the `authorization` header. Opaque: never parsed, of any length. */
  readonly value: string;
  /** Always `Bearer`, however the server spells it. An answer of any other type is refused. */
  readonly tokenType: "Bearer";
  /**
   * How long the token lives, in milliseconds, counted from the moment before it was asked for. Absent when the server did not say,
   * which does not mean for ever. A server's claim is cut to one year.
   */
  readonly lifetimeMs?: number;
  /** The end of the lifetime by this machine's wall clock. Absent when `lifetimeMs` is. */
  readonly expiresAt?: Date;
  /** Granted scopes, one per element. They can be fewer than the requested scopes; that is not an error (RFC 6749 section 3.3). */
  readonly scopes: readonly string[];
  /**
   * Where `scopes` comes from. `response`: the server stated it. `request`: the response has no `scope`, which by RFC 6749 section
   * 5.1 means that the requested scopes were granted; some servers omit it although they granted fewer.
   */
  readonly scopeSource: "response" | "request";
  /** What else the answer held, by the server's names. Nothing here is checked, and a `refresh_token` is dropped. */
  readonly additionalFields: Readonly<Record<string, unknown>>;
}

/** What is told on the channel `oauth-clients.token.<kind>` of `node:diagnostics_channel`, by kind. No event holds a secret. */
export interface TokenEvents {
  /** A request is sent: one event for each, repeats included. */
  readonly request: TokenEvent;
  /** An exchange brought a token. */
  readonly success: TokenEvent &
    Pick<AccessToken, "scopes" | "scopeSource"> & { readonly lifetimeMs: number | undefined; readonly durationMs: number };
  /** An exchange failed, after its repeats. */
  readonly refusal: TokenEvent & { readonly error: unknown; readonly durationMs: number };
  /** A kept token was handed out by `get`. */
  readonly hit: TokenEvent;
  /** A renewal begins behind a kept token. */
  readonly refresh: TokenEvent;
  /** Calls are answered without a request for so long, because of the error. */
  readonly breaker: TokenEvent & { readonly error: unknown; readonly holdMs: number };
}

/** What every event tells. */
export interface TokenEvent {
  /** Host and path of the token endpoint. */
  readonly endpoint: string;
  /** OAuth's `client_id`. */
  readonly clientId: string;
}

/** Sends one request. The platform's `fetch` fits. */
export type TokenFetch = (url: string, init: RequestInit) => Promise<Response>;

/** How one exchange with a token endpoint is done. */
export interface TokenRequestOptions {
  /**
   * Sends the request: for proxies, client certificates, tracing, tests. It has to obey `redirect: "manual"`, and
   * should know neither HTTP cache nor cookies.
   * @default the platform's `fetch`, with both switched off where the runtime has them
   */
  readonly fetch?: TokenFetch;
  /**
   * Deadline of one exchange from connecting to the last byte of the answer, its repeats included, in milliseconds.
   * @default 10_000
   */
  readonly timeoutMs?: number;
  /**
   * The largest answer that is read, in bytes after decompression.
   * @default 1_048_576
   */
  readonly maxResponseBytes?: number;
  /**
   * Rejects a token that lacks a requested scope. `"requested"`: a response without `scope` grants all requested scopes (RFC 6749
   * section 5.1). `"stated"`: a response without `scope` is rejected too.
   * @default any scope is accepted; see `scopes` in the result
   */
  readonly requireScopes?: "requested" | "stated";
}

/** What `requestToken` takes besides the request. */
export interface TokenOptions extends TokenRequestOptions {
  /** Ends the exchange. It then rejects with the signal's own reason. */
  readonly signal?: AbortSignal;
}

/** What `createTokenSource` takes besides the request. */
export interface TokenSourceOptions extends TokenRequestOptions {
  /**
   * The lifetime of a token whose answer states none, in milliseconds.
   * @default none: such a token is handed out once and not kept
   */
  readonly defaultLifetimeMs?: number;
  /**
   * How a request is retried that got no response, or a response with status 408, 429, 500, 502, 503 or 504. The retries and the delays
   * between them, `Retry-After` included, have to fit into `timeoutMs`. At most 10 retries are accepted.
   * @default { maxRetries: 2, initialDelayMs: 100, maxDelayMs: 60_000 }
   */
  readonly retry?: RetryOptions;
  /** Where the sources of several processes share tokens. Made by `createSharedTokenStore` of `oauth-clients/token/store`. */
  readonly store?: TokenStore;
  /**
   * A clock that never goes back, in milliseconds from any starting point. Lifetimes are measured on it, so a wall clock that is
   * set does no harm.
   * @default () => performance.now()
   */
  readonly now?: () => number;
}

/** A place that sources of several processes share. Opaque: made by `createSharedTokenStore`. */
export interface TokenStore {
  /**
   * Prepares one request's use of the store.
   * @throws {ConfigurationError} its client authentication cannot be told from others
   */
  readonly open: (request: TokenRequest) => TokenStoreEntry;
}

/** One request's place in a store. */
export interface TokenStoreEntry {
  /** The token that others have left there, unless it is one of those that must not come back; else what `exchange` brings. */
  readonly renew: (exchange: () => Promise<AccessToken>, unwanted: ReadonlySet<string>) => Promise<AccessToken>;
  /** Drops a token that a resource server has refused. */
  readonly forget: (value: string) => void;
}

/** What `get` takes. */
export interface GetTokenOptions {
  /** Ends this caller's wait, which then rejects with the signal's own reason. Others who wait for the same token are not disturbed. */
  readonly signal?: AbortSignal;
}

/** Keeps one token and renews it. Logging it shows no secret. */
export interface TokenSource {
  /**
   * Resolves to a valid token: the kept one, or the one of the exchange under way, or a new one. Near the end of a token's life
   * the kept one is still handed out while a new one is fetched behind.
   *
   * @throws {TokenEndpointError} the token endpoint refused
   * @throws {RateLimitError} it answered 429 without saying why
   * @throws {ServerError} it answered 5xx without saying why
   * @throws {UnexpectedResponseError} its answer is no token
   * @throws {NetworkError} no answer came
   * @throws {TimeoutError} the deadline of the exchange passed
   */
  readonly get: (options?: GetTokenOptions) => Promise<AccessToken>;
  /** The kept token while it is valid. Never sends, never waits. */
  readonly peek: () => AccessToken | undefined;
  /**
   * Gives up a token that a resource server has refused: exactly this one, so a late report about an old token does not cost the
   * new one. An exchange that was sent before the report cannot bring the refused token back.
   */
  readonly invalidate: (token: string | Pick<AccessToken, "value">) => void;
}
