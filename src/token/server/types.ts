import type { ClientAuthentication } from "../../core/credentials.js";
import type { TokenFetch } from "../types.js";

/** How one request to an authorization server is done. */
export interface RequestOptions {
  /**
   * Sends the request: for proxies, client certificates, tracing, tests. It has to obey `redirect: "manual"`.
   * @default the platform's `fetch`
   */
  readonly fetch?: TokenFetch;
  /**
   * Deadline from connecting to the last byte of the answer, in milliseconds.
   * @default 10_000
   */
  readonly timeoutMs?: number;
  /**
   * The largest answer that is read, in bytes after decompression.
   * @default 1_048_576
   */
  readonly maxResponseBytes?: number;
  /** Ends the call. It then rejects with the signal's own reason. */
  readonly signal?: AbortSignal;
}

/** The well-known documents, by their names in IANA's registry. */
export type WellKnown = "oauth-authorization-server" | "openid-configuration";

/** What `discoverServer` takes besides the issuer. */
export interface DiscoveryOptions extends RequestOptions {
  /**
   * Which document to read. RFC 8414 puts its name between host and path of the issuer, OpenID Connect Discovery behind the path. One
   * is asked for, never both in turn.
   * @default "oauth-authorization-server"
   */
  readonly wellKnown?: WellKnown;
  /**
   * Whether the client shows a certificate, to authenticate or to bind its tokens: the endpoints are then those of
   * `mtls_endpoint_aliases`, where the server has them (RFC 8705 section 5).
   * @default false
   */
  readonly mutualTls?: boolean;
  /**
   * The hosts, with their ports where they have one, on which endpoints may be besides the issuer's own. An empty list forbids every
   * other.
   * @default any host, shown in `otherHosts`
   */
  readonly allowedHosts?: readonly string[];
}

/** What `createMetadataCache` takes besides the issuer. */
export interface MetadataCacheOptions extends Omit<DiscoveryOptions, "signal"> {
  /**
   * How long a document is used without asking again, in milliseconds.
   * @default 3_600_000
   */
  readonly maxAgeMs?: number;
  /** Is told when a renewal fails and the last good document stays in use. */
  readonly onRenewalFailure?: (error: unknown) => void;
  /**
   * A clock that never goes back, in milliseconds from any starting point.
   * @default () => performance.now()
   */
  readonly now?: () => number;
}

/** Keeps what is known of one authorization server. */
export interface MetadataCache {
  /**
   * Resolves to the kept document, or to a new one when it is too old. Callers who come together share one request. When a renewal
   * fails the last good document stays in use, and the next try waits for a minute, or for as long as the server asks.
   *
   * @throws what `discoverServer` throws, as long as there is no good document
   */
  readonly get: (options?: { readonly signal?: AbortSignal }) => Promise<AuthorizationServer>;
  /** The kept document, however old. Never sends, never waits. */
  readonly peek: () => AuthorizationServer | undefined;
}

/** The addresses that a client of an authorization server needs. */
export interface AuthorizationServerEndpoints {
  /** The token endpoint. It also says to a client authentication which server this is. */
  readonly tokenEndpoint: string;
  /** The introspection endpoint (RFC 7662), if there is one. */
  readonly introspectionEndpoint?: string;
  /** The revocation endpoint (RFC 7009), if there is one. */
  readonly revocationEndpoint?: string;
}

/** An authorization server as its metadata describes it (RFC 8414 section 2). */
export interface AuthorizationServer extends AuthorizationServerEndpoints {
  /** The issuer identifier, exactly as it was asked for: the `aud` of client assertions. */
  readonly issuer: string;
  /** Ways to authenticate at the token endpoint. `client_secret_basic` when the server does not say. */
  readonly tokenEndpointAuthMethods: readonly string[];
  /** JWS algorithms of client assertions. Empty when the server does not say. */
  readonly tokenEndpointSigningAlgorithms: readonly string[];
  /** Scopes that the server advertises. It may know more. Absent when it does not say. */
  readonly scopes?: readonly string[];
  /** Whether the endpoints are those for clients that show a certificate. */
  readonly mutualTls: boolean;
  /** Whether the server has other endpoints for clients that show a certificate. */
  readonly hasMutualTlsAliases: boolean;
  /** Hosts of the endpoints above that are not the issuer's. Legal, and worth a look: credentials go there. */
  readonly otherHosts: readonly string[];
  /** The whole document, by the server's names. Nothing but what is above is checked. */
  readonly metadata: Readonly<Record<string, unknown>>;
}

/** Who asks about a token, and which. */
export interface IntrospectionRequest {
  /** The server, discovered or written down by hand. */
  readonly server: AuthorizationServerEndpoints;
  /** OAuth's `client_id`. */
  readonly clientId: string;
  /** How the client proves who it is: the same strategies as for getting a token. */
  readonly clientAuthentication: ClientAuthentication;
  /** The token. It is only ever in the content of the request. */
  readonly token: string;
  /** What kind of token it is, to speed up the server's search, for example `access_token`. */
  readonly tokenTypeHint?: string;
}

/** What `revokeToken` takes. */
export interface RevocationRequest extends IntrospectionRequest {
  /** Where the token is kept. It is forgotten there first, and stays so when the server does not answer. */
  readonly source?: { readonly invalidate: (token: string) => void };
}

/** What a server says of a token (RFC 7662 section 2.2). */
export type Introspection = InactiveToken | ActiveToken;

/** Unknown, expired, revoked, or none of the asker's business. Whatever else the server may have said is not to be trusted. */
export interface InactiveToken {
  /** The token is not good, and nothing is said about why. */
  readonly active: false;
}

/** A token that is good now. Do not keep this past `expiresAt`. */
export interface ActiveToken {
  /** The token is good at the moment of the answer. */
  readonly active: true;
  /** One scope per element. Absent when the server does not say. */
  readonly scopes?: readonly string[];
  /** OAuth's `client_id` of the client that the token was issued to. */
  readonly clientId?: string;
  /** Whom the token stands for: the client itself, after the client credentials grant. */
  readonly subject?: string;
  /** The type of the token, for example `Bearer`. */
  readonly tokenType?: string;
  /** Who issued it. */
  readonly issuer?: string;
  /** Whom it is meant for. */
  readonly audience?: readonly string[];
  /** When it ends. */
  readonly expiresAt?: Date;
  /** When it was issued. */
  readonly issuedAt?: Date;
  /** When it begins. */
  readonly notBefore?: Date;
  /** SHA-256 thumbprint of the certificate that it is bound to (`x5t#S256`, RFC 8705 section 3.2). */
  readonly certificateThumbprint?: string;
  /** SHA-256 thumbprint of the key that it is bound to (`jkt`, RFC 9449 section 6.2). */
  readonly keyThumbprint?: string;
  /** What else the server said, by its names. Nothing here is checked. */
  readonly additionalFields: Readonly<Record<string, unknown>>;
}
