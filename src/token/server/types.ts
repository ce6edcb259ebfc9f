import type { ClientAuthentication } from "../../core/credentials.js";
import type { TokenFetch } from "../types.js";

/** Options of one request to an authorization server. */
export interface RequestOptions {
  /**
   * Sends the request: for proxies, client certificates, tracing, tests. It has to obey `redirect: "manual"`.
   * @default the platform's `fetch`
   */
  readonly fetch?: TokenFetch;
  /**
   * Deadline of the request in milliseconds, from connecting to the last byte of the response.
   * @default 10_000
   */
  readonly timeoutMs?: number;
  /**
   * The maximum size of a response in bytes, after decompression.
   * @default 1_048_576
   */
  readonly maxResponseBytes?: number;
  /** Aborts the request, which then rejects with the signal's own reason. */
  readonly signal?: AbortSignal;
  /**
   * Host names in lower case, without port, for which `http:` is allowed, for example in a cluster whose network is encrypted.
   * Credentials and tokens sent over `http:` can be read by everyone on the way.
   * @default []
   */
  readonly allowInsecureHttp?: readonly string[];
}

/** The metadata documents, by their names in IANA's registry of well-known URIs. */
export type WellKnown = "oauth-authorization-server" | "openid-configuration";

/** Options of `discoverServer`. */
export interface DiscoveryOptions extends RequestOptions {
  /**
   * The document to read. RFC 8414 puts its name between the host and the path of the issuer, OpenID Connect Discovery behind the path.
   * Only this document is requested.
   * @default "oauth-authorization-server"
   */
  readonly wellKnown?: WellKnown;
  /**
   * The URL of the document, for servers that publish it elsewhere. Its `issuer` has to be the requested one, as everywhere. It cannot be
   * combined with `wellKnown`.
   * @default the URL that `wellKnown` and the issuer define
   */
  readonly metadataUrl?: string;
  /**
   * Whether the client presents a certificate, to authenticate or to bind its tokens: the endpoints are then those of
   * `mtls_endpoint_aliases`, when the server has them (RFC 8705 section 5).
   * @default false
   */
  readonly mutualTls?: boolean;
  /**
   * The hosts that endpoints may have besides the host of the issuer, with their ports if any. An empty list allows no other host.
   * @default any host, listed in `otherHosts`, but loopback and link-local addresses only for an issuer on such an address
   */
  readonly allowedHosts?: readonly string[];
}

/** Options of `createMetadataCache`. */
export interface MetadataCacheOptions extends Omit<DiscoveryOptions, "signal"> {
  /**
   * How long a document is used before it is requested again, in milliseconds.
   * @default 3_600_000
   */
  readonly maxAgeMs?: number;
  /** Is called when a refresh fails and the last valid document stays in use. */
  readonly onRenewalFailure?: (error: unknown) => void;
  /**
   * A clock that never goes back, in milliseconds from any starting point.
   * @default () => performance.now()
   */
  readonly now?: () => number;
}

/** Caches the metadata of one authorization server. */
export interface MetadataCache {
  /**
   * Resolves to the cached document, or requests it. Concurrent callers share one request. A failed refresh returns the last valid
   * document. The signal ends the wait of one caller.
   * @throws the errors of `discoverServer`, as long as there is no valid document
   */
  readonly get: (options?: { readonly signal?: AbortSignal }) => Promise<AuthorizationServer>;
  /** The cached document of any age. Sends nothing and does not wait. */
  readonly peek: () => AuthorizationServer | undefined;
}

/** The endpoints of an authorization server. */
export interface AuthorizationServerEndpoints {
  /** The token endpoint. Client authentication strategies use it as the identity of the server. */
  readonly tokenEndpoint: string;
  /** The introspection endpoint (RFC 7662), if there is one. */
  readonly introspectionEndpoint?: string;
  /** The revocation endpoint (RFC 7009), if there is one. */
  readonly revocationEndpoint?: string;
}

/** An authorization server as its metadata describes it (RFC 8414 section 2). */
export interface AuthorizationServer extends AuthorizationServerEndpoints {
  /** The issuer identifier, exactly as requested: the `aud` of client assertions. */
  readonly issuer: string;
  /** Client authentication methods of the token endpoint. `client_secret_basic` when the metadata has none. */
  readonly tokenEndpointAuthMethods: readonly string[];
  /** JWS algorithms of client assertions. Empty when the metadata has none. */
  readonly tokenEndpointSigningAlgorithms: readonly string[];
  /** Scopes in the metadata. The server may support more. `undefined` when the metadata has none. */
  readonly scopes?: readonly string[];
  /** Whether the endpoints are those for clients with a certificate. */
  readonly mutualTls: boolean;
  /** Whether the server has other endpoints for clients with a certificate. */
  readonly hasMutualTlsAliases: boolean;
  /** Hosts of the endpoints above that differ from the host of the issuer. They are valid, but credentials are sent there. */
  readonly otherHosts: readonly string[];
  /** The whole document, by the names of the server. Only the members above are validated. */
  readonly metadata: Readonly<Record<string, unknown>>;
}

/** A request about one token. */
export interface IntrospectionRequest {
  /** The server: the result of `discoverServer`, or endpoints from configuration. */
  readonly server: AuthorizationServerEndpoints;
  /** OAuth's `client_id`. */
  readonly clientId: string;
  /** The client authentication: the same strategies as for a token request. */
  readonly clientAuthentication: ClientAuthentication;
  /** The token. It is sent in the content of the request and never in the URL. */
  readonly token: string;
  /** The kind of token, for example `access_token`. It speeds up the server's search. */
  readonly tokenTypeHint?: string;
}

/** A revocation request. */
export interface RevocationRequest extends IntrospectionRequest {
  /** The source that caches the token. The token is invalidated there first, and stays so when the request fails. */
  readonly source?: { readonly invalidate: (token: string) => void };
}

/** An introspection response (RFC 7662 section 2.2). */
export type Introspection = InactiveToken | ActiveToken;

/** A token that is unknown, expired, revoked, or not visible to this client. Other members of the response are not reliable. */
export interface InactiveToken {
  /** The token is not valid. The response has no reason. */
  readonly active: false;
}

/** A valid token. Do not use this result after `expiresAt`. */
export interface ActiveToken {
  /** The token is valid at the time of the response. */
  readonly active: true;
  /** One scope per element. `undefined` when the response has none. */
  readonly scopes?: readonly string[];
  /** OAuth's `client_id` of the client that the token was issued to. */
  readonly clientId?: string;
  /** The subject of the token: the client itself with the client credentials grant. */
  readonly subject?: string;
  /** The type of the token, for example `Bearer`. */
  readonly tokenType?: string;
  /** The issuer of the token. */
  readonly issuer?: string;
  /** The intended audience of the token. */
  readonly audience?: readonly string[];
  /** When the token expires. */
  readonly expiresAt?: Date;
  /** When the token was issued. */
  readonly issuedAt?: Date;
  /** When the token becomes valid. */
  readonly notBefore?: Date;
  /** SHA-256 thumbprint of the certificate that the token is bound to (`x5t#S256`, RFC 8705 section 3.2). */
  readonly certificateThumbprint?: string;
  /** SHA-256 thumbprint of the key that the token is bound to (`jkt`, RFC 9449 section 6.2). */
  readonly keyThumbprint?: string;
  /** All other members of the response, by the names of the server. They are not validated. */
  readonly additionalFields: Readonly<Record<string, unknown>>;
}
