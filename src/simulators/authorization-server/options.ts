import type { LimitWindow } from "../core/rate-limits.js";
import type { Simulator } from "../core/simulator.js";
import type { MalformedTokenResponse } from "./malformed-responses.js";

/** The supported client authentication methods, by their IANA names. Certificates need TLS, which the simulator does not have. */
export type ClientAuthenticationMethod = "client_secret_basic" | "client_secret_post" | "client_secret_jwt" | "private_key_jwt";

/** The operations of the simulator. */
export type AuthorizationServerOperationId =
  | "requestToken"
  | "introspectToken"
  | "revokeToken"
  | "discoverServerMetadata"
  | "discoverOpenidConfiguration";

/** A registered client. */
export interface AuthorizationServerSimulatedClient {
  /** OAuth's `client_id`. */
  readonly clientId: string;
  /**
   * The authentication method.
   * @default "private_key_jwt" with `jwks`, else "client_secret_basic"
   */
  readonly method?: ClientAuthenticationMethod;
  /** OAuth's `client_secret`, for every method but `private_key_jwt`. */
  readonly secret?: string;
  /** Public keys, for `private_key_jwt`: ES256, RS256, PS256 and EdDSA. */
  readonly jwks?: { readonly keys: readonly JsonWebKey[] };
  /** The JWS algorithm of its assertions. Omitted: every algorithm for the method and the keys. */
  readonly algorithm?: string;
  /** The allowed scopes. Omitted: those of the server. */
  readonly scopes?: readonly string[];
  /** The allowed values of `audience`. Omitted: any value. */
  readonly audiences?: readonly string[];
  /** The allowed values of `resource` (RFC 8707). Omitted: any absolute URI without a fragment. */
  readonly resources?: readonly string[];
  /** The lifetime of its tokens, in milliseconds. Omitted: that of the server. */
  readonly tokenLifetimeMs?: number;
}

/** The options of `simulateAuthorizationServer`. */
export interface AuthorizationServerSimulatorOptions {
  /**
   * The issuer identifier. It may have a path.
   * @default "https://auth.example"
   */
  readonly issuer?: string;
  /** The registered clients. */
  readonly clients?: readonly AuthorizationServerSimulatedClient[];
  /** The supported scopes. Omitted: any scope. */
  readonly scopes?: readonly string[];
  /**
   * The handling of a requested scope that is not allowed: the error `invalid_scope`, or a token without that scope. A token without scopes
   * has no `scope` in its response.
   * @default "refuse"
   */
  readonly unknownScopes?: "refuse" | "drop";
  /**
   * The lifetime of tokens, in milliseconds.
   * @default 3_600_000
   */
  readonly tokenLifetimeMs?: number;
  /**
   * The accepted `aud` of an assertion: only the issuer as a string (RFC 7523bis), or also the token endpoint and lists.
   * @default "issuer"
   */
  readonly assertionAudience?: "issuer" | "issuer_or_token_endpoint";
  /** The number of token requests in a number of seconds. More get 429. Omitted: no limit. */
  readonly rateLimit?: LimitWindow;
  /** Members that replace or extend the metadata. `undefined` removes a member. */
  readonly metadata?: Readonly<Record<string, unknown>>;
  /** The current time, in milliseconds since 1970. Default: `Date.now`. */
  readonly now?: () => number;
}

/** The URLs of the simulated server. */
export interface AuthorizationServerUrls {
  /** The issuer identifier. */
  readonly issuer: string;
  /** The token endpoint (RFC 6749 section 3.2). */
  readonly token: string;
  /** The introspection endpoint (RFC 7662). */
  readonly introspection: string;
  /** The revocation endpoint (RFC 7009). */
  readonly revocation: string;
  /** The document of RFC 8414 section 3.1. */
  readonly serverMetadata: string;
  /** The document of OpenID Connect Discovery section 4. */
  readonly openidConfiguration: string;
}

/** A simulated authorization server. */
export interface AuthorizationServerSimulator extends Simulator<AuthorizationServerOperationId, "server"> {
  /** The configured URLs. A server from `listen()` has the same paths. */
  readonly urls: AuthorizationServerUrls;
  /** Adds a client or replaces the client with the same id. */
  readonly addClient: (client: AuthorizationServerSimulatedClient) => void;
  /** Removes a client with its tokens. */
  readonly removeClient: (clientId: string) => void;
  /** Replaces a client's secret and returns the new one. The old secret stays valid for `overlapMs`. */
  readonly rotateSecret: (clientId: string, options?: { readonly overlapMs?: number }) => string;
  /** Revokes one token, or all tokens of a client. Returns how many were active. */
  readonly revoke: (token: { readonly value: string } | { readonly clientId: string }) => number;
  /** Returns the number of active tokens of a client. */
  readonly countActive: (clientId: string) => number;
  /** Replaces the next token responses with a malformed one. Error responses are not replaced. `clearFaults` removes it. */
  readonly respondWithMalformedTokenNext: (name: MalformedTokenResponse, options?: { readonly times?: number }) => void;
}
