import type { LimitWindow } from "../core/rate-limits.js";
import type { Simulator } from "../core/simulator.js";
import type { MalformedTokenResponse } from "./malformed-responses.js";

/** The ways to authenticate that the simulator knows, by their IANA names. A certificate needs TLS, which a simulator has none of. */
export type ClientAuthenticationMethod = "client_secret_basic" | "client_secret_post" | "client_secret_jwt" | "private_key_jwt";

/** The operations of the simulator. */
export type AuthorizationServerOperationId =
  | "requestToken"
  | "introspectToken"
  | "revokeToken"
  | "discoverServerMetadata"
  | "discoverOpenidConfiguration";

/** A client that the simulated server knows. */
export interface AuthorizationServerSimulatedClient {
  /** OAuth's `client_id`. */
  readonly clientId: string;
  /**
   * The one way in which it may authenticate.
   * @default "private_key_jwt" with `jwks`, else "client_secret_basic"
   */
  readonly method?: ClientAuthenticationMethod;
  /** OAuth's `client_secret`, for every method but `private_key_jwt`. */
  readonly secret?: string;
  /** Public keys, for `private_key_jwt`: ES256, RS256, PS256 and EdDSA. */
  readonly jwks?: { readonly keys: readonly JsonWebKey[] };
  /** The one JWS algorithm of its assertions. Absent: any that fits the method and the keys. */
  readonly algorithm?: string;
  /** Scopes that it may get. Absent: those of the server. */
  readonly scopes?: readonly string[];
  /** What it may name as `audience`. Absent: anything. */
  readonly audiences?: readonly string[];
  /** What it may name as `resource` (RFC 8707). Absent: any absolute URI without a fragment. */
  readonly resources?: readonly string[];
  /** The lifetime of its tokens, in milliseconds. Absent: that of the server. */
  readonly tokenLifetimeMs?: number;
}

/** How the simulated server is set up. */
export interface AuthorizationServerSimulatorOptions {
  /**
   * The issuer identifier. It may have a path.
   * @default "https://auth.example"
   */
  readonly issuer?: string;
  /** The clients that it knows from the start. */
  readonly clients?: readonly AuthorizationServerSimulatedClient[];
  /** Scopes that it knows. Absent: any. */
  readonly scopes?: readonly string[];
  /**
   * What it does when a scope is asked for that the client may not get: refuses with `invalid_scope`, or leaves it out. When nothing is
   * left it then says nothing of scopes at all, as there are servers that do.
   * @default "refuse"
   */
  readonly unknownScopes?: "refuse" | "drop";
  /**
   * The lifetime of tokens, in milliseconds.
   * @default 3_600_000
   */
  readonly tokenLifetimeMs?: number;
  /**
   * What it takes for the `aud` of an assertion: the issuer alone, as one string, or also the token endpoint, and lists, as servers from
   * before RFC 7523bis do.
   * @default "issuer"
   */
  readonly assertionAudience?: "issuer" | "issuer_or_token_endpoint";
  /** So many token requests in so many seconds; more are answered with 429. Absent: as many as come. */
  readonly rateLimit?: LimitWindow;
  /** Members of the metadata that it states instead of its own, or besides. `undefined` leaves one out. */
  readonly metadata?: Readonly<Record<string, unknown>>;
  /** The time that it lives in. */
  readonly now?: () => number;
}

/** Where the simulated server is found. */
export interface AuthorizationServerUrls {
  /** The issuer identifier, as it was given. */
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

/** What a simulated authorization server offers besides what every simulator does. */
export interface AuthorizationServerSimulator extends Simulator<AuthorizationServerOperationId, "server"> {
  /** Its addresses, as they are configured. Through `listen()` the same paths are on the loopback. */
  readonly urls: AuthorizationServerUrls;
  /** Adds a client, or replaces the one with the same id. */
  readonly addClient: (client: AuthorizationServerSimulatedClient) => void;
  /** Removes a client with its tokens. */
  readonly removeClient: (clientId: string) => void;
  /** Replaces a client's secret and returns the new one. The old one is good for `overlapMs` more, by the simulator's clock. */
  readonly rotateSecret: (clientId: string, options?: { readonly overlapMs?: number }) => string;
  /** Ends tokens before their time: one, or all of a client. Returns how many were active. */
  readonly revoke: (token: { readonly value: string } | { readonly clientId: string }) => number;
  /** How many tokens of a client are active. */
  readonly countActive: (clientId: string) => number;
  /** Answers the next requests that would get a token in an odd way. Those that are refused anyway are not counted. `clearFaults` takes it back. */
  readonly respondWithMalformedTokenNext: (name: MalformedTokenResponse, options?: { readonly times?: number }) => void;
}
