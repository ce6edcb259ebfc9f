/**
 * The credentials with which an OAuth client authenticates at its vendor's token endpoint.
 *
 * The secret is a plain string: a wrapper that hides it from `JSON.stringify` would lose it in programs that store it as JSON. A client
 * object never contains it, so a client can be logged.
 */
export interface ClientCredentials {
  /** OAuth's `client_id`. */
  readonly clientId: string;
  /** OAuth's `client_secret`. Most vendors show it only once. */
  readonly clientSecret: string;
  /**
   * The client authentication method that the vendor has registered for the client (IANA name, RFC 7591 `token_endpoint_auth_method`).
   * @default "client_secret_basic", the default of RFC 7591 section 2
   */
  readonly tokenEndpointAuthMethod?: SecretAuthMethod;
}

/** The methods of client authentication with a client secret, by their IANA names. */
export type SecretAuthMethod = "client_secret_basic" | "client_secret_post";

/** The header fields and parameters that a client authentication adds to one token request. */
export interface ClientAuthenticationParameters {
  /** Header fields to send, for example `authorization`. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Form parameters to send, for example `client_id` and `client_secret`. */
  readonly parameters?: Readonly<Record<string, string>>;
  /** The values above that must not be in an error message. */
  readonly secrets: readonly string[];
  /** The encoding of a secret with special characters, for the message when the server rejects it: `form-encoded`. */
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

/** The request that a client authentication authenticates. */
export interface AuthenticationContext {
  /** OAuth's `client_id`. */
  readonly clientId: string;
  /** The token endpoint. */
  readonly tokenEndpoint: string;
}

/**
 * A method of client authentication (RFC 6749 section 2.3). `authenticate` is called for every attempt, so each client assertion can be
 * unique. The secret or key is in its closure: a log shows the method and nothing else.
 */
export interface ClientAuthentication {
  /** The IANA name of the method, for example `client_secret_basic`. */
  readonly method: string;
  /** Creates the header fields and parameters of one request. */
  readonly authenticate: (
    context: AuthenticationContext,
  ) => ClientAuthenticationParameters | Promise<ClientAuthenticationParameters>;
  /**
   * Distinguishes this object from others with the same method: it passes the secret, the public key or the certificate's thumbprint to
   * `digest`, a keyed hash, and returns the result. An object without `fingerprint` is equal only to itself.
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

/** A token request. It contains no readable secret, so it can be logged. */
export interface TokenRequest {
  /** The token endpoint, `https:` or a loopback address. It may have a query, and no fragment or user info. */
  readonly tokenEndpoint: string;
  /** OAuth's `client_id`. */
  readonly clientId: string;
  /** The client authentication. */
  readonly clientAuthentication: ClientAuthentication;
  /**
   * The grant: the result of a function of `oauth-clients/token/grants`.
   * @default client credentials (RFC 6749 section 4.4)
   */
  readonly grant?: TokenGrant;
  /** The requested scopes. Absent or empty: the parameter is not sent and the server's default applies (RFC 6749 section 3.3). */
  readonly scopes?: readonly string[];
  /** The requested audiences, one `audience` parameter each. */
  readonly audience?: string | readonly string[];
  /** The requested resources, one `resource` parameter each: absolute URIs without a fragment (RFC 8707 section 2). */
  readonly resource?: string | readonly string[];
  /**
   * Further form parameters, for servers that require them (`organization`). A parameter that this request sets itself is invalid. An
   * empty parameter is not sent.
   */
  readonly parameters?: Readonly<Record<string, string>>;
  /**
   * Matches the `error_description` of an error response that means "too many requests", for servers that send it with status 400. Such
   * a response is treated like a 429 response.
   */
  readonly rateLimitErrorPattern?: RegExp;
}
