/**
 * What an OAuth client authenticates with at its vendor's token endpoint.
 *
 * The secret is a plain string on purpose: a wrapper that hid it from `JSON.stringify` would lose it for whoever stores it
 * that way. It is only ever found here, never on a client object, so logging a client is always safe.
 */
export interface ClientCredentials {
  /** OAuth's `client_id`. */
  readonly clientId: string;
  /** OAuth's `client_secret`. Most vendors show it once. */
  readonly clientSecret: string;
  /**
   * How the vendor expects these credentials, when the vendor said so (IANA name, RFC 7591 `token_endpoint_auth_method`).
   * @default "client_secret_basic", which is what RFC 7591 section 2 assumes when nothing is said
   */
  readonly tokenEndpointAuthMethod?: SecretAuthMethod;
}

/** The two ways to present a client secret, by their IANA names. */
export type SecretAuthMethod = "client_secret_basic" | "client_secret_post";

/** What a client authentication adds to one token request. */
export interface ClientAuthenticationParameters {
  /** Header fields to send, for example `authorization`. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Form parameters to send, for example `client_id` and `client_secret`. */
  readonly parameters?: Readonly<Record<string, string>>;
  /** Every value above that must never reach an error message. */
  readonly secrets: readonly string[];
  /** How a secret with special characters was spelled, for the message of a server that did not accept it: `form-encoded`. */
  readonly encodingHint?: string | undefined;
  /**
   * The `token_type` that a token response must have, for tokens that are bound to a key of the client.
   * @default "Bearer"
   */
  readonly tokenType?: "DPoP";
  /**
   * Called with each response of the token endpoint. `true` repeats the token request once, at once and with new parameters, for example
   * with a nonce from the response.
   */
  readonly needsRepeat?: (response: TokenEndpointResponse) => boolean;
}

/** A response of the token endpoint, successful or not. */
export interface TokenEndpointResponse {
  /** The HTTP status. */
  readonly status: number;
  /** The header fields. */
  readonly headers: Headers;
  /** The complete body. It can contain a token. */
  readonly text: string;
}

/** What a client authentication is told about the request that it authenticates. */
export interface AuthenticationContext {
  /** OAuth's `client_id`. */
  readonly clientId: string;
  /** The token endpoint that the request goes to. */
  readonly tokenEndpoint: string;
}

/**
 * A strategy of client authentication (RFC 6749 section 2.3). It is asked anew for every request that is sent, repeats
 * included, so one that signs assertions can make each of them unique. The secret or key lives in its closure: logging a
 * strategy shows its method and nothing else.
 */
export interface ClientAuthentication {
  /** The IANA name of the method, for example `client_secret_basic`. */
  readonly method: string;
  /** Makes what one request carries. */
  readonly authenticate: (
    context: AuthenticationContext,
  ) => ClientAuthenticationParameters | Promise<ClientAuthenticationParameters>;
  /**
   * Tells this strategy from others of its method: passes what makes the difference (the secret, the public key, the certificate's
   * thumbprint) through the keyed hash that it is given, and returns what that returns. A strategy without it is only ever equal
   * to itself.
   */
  readonly fingerprint?: <Digest>(digest: (material: string) => Digest) => Digest;
}

/** A grant other than client credentials (RFC 6749 section 4.5). Assertions and tokens are in its closures: logging it shows none. */
export interface TokenGrant {
  /** The form parameter `grant_type`. */
  readonly grantType: string;
  /** Returns a client authentication that also adds the form parameters of the grant. They are read for each request. */
  readonly extend: (clientAuthentication: ClientAuthentication) => ClientAuthentication;
  /** Returns what distinguishes this grant from all others in a cache or store: its type, its parameters, its subject. */
  readonly cacheKey: () => string;
}

/** Everything that says how to ask for a token. It holds no readable secret, so it can be logged. */
export interface TokenRequest {
  /** The token endpoint, `https:` or a loopback address. A query string is kept; a fragment or user info is refused. */
  readonly tokenEndpoint: string;
  /** OAuth's `client_id`. */
  readonly clientId: string;
  /** How the client proves who it is. */
  readonly clientAuthentication: ClientAuthentication;
  /**
   * The grant: the result of a function of `oauth-clients/token/grants`.
   * @default client credentials (RFC 6749 section 4.4)
   */
  readonly grant?: TokenGrant;
  /** Scopes to ask for. Absent or empty: the parameter is not sent and the server's default holds (RFC 6749 section 3.3). */
  readonly scopes?: readonly string[];
  /** Audiences to ask for, one `audience` parameter each. */
  readonly audience?: string | readonly string[];
  /** Resources to ask for, one `resource` parameter each: absolute URIs without a fragment (RFC 8707 section 2). */
  readonly resource?: string | readonly string[];
  /**
   * Further form parameters, for servers that have their own (`organization`). None may be one that this request sets already. An
   * empty one is not sent.
   */
  readonly parameters?: Readonly<Record<string, string>>;
  /**
   * What the `error_description` of a refusal looks like that only means "too many requests", for servers that say so with 400. Such
   * a refusal is repeated and held back as a 429 is.
   */
  readonly rateLimitErrorPattern?: RegExp;
}
