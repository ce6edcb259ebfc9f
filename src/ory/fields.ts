import type { Open } from "../core/values.js";
/** A value that JSON can hold. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject;

/** An object that JSON can hold. */
export interface JsonObject {
  readonly [name: string]: JsonValue;
}

/** Grant types that Ory documents. */
export type OryGrantType = Open<
  | "authorization_code"
  | "client_credentials"
  | "implicit"
  | "refresh_token"
  | "urn:ietf:params:oauth:grant-type:device_code"
  | "urn:ietf:params:oauth:grant-type:jwt-bearer"
>;

/** Response types that Ory documents. */
export type OryResponseType = Open<
  "code" | "token" | "id_token" | "token id_token" | "code token" | "code id_token" | "code token id_token"
>;

/** How a client authenticates at the token endpoint (IANA names). */
export type OryAuthMethod = Open<"client_secret_basic" | "client_secret_post" | "private_key_jwt" | "none">;

/** A set of public keys (RFC 7517 section 5). */
export interface OryJwks {
  /** One JWK each (RFC 7517 section 4), public members only. */
  readonly keys: readonly JsonObject[];
}

/**
 * How long what a grant gives stays valid, in whole milliseconds. Absent: the server's own setting. Ory writes durations in many
 * ways (`720h` comes back as `720h0m0s`); as numbers they compare. Hydra up to 2.3 drops those of the device authorization grant,
 * which it does not know.
 */
export interface OryLifespans {
  /** Access tokens of the authorization code grant. */
  readonly authorizationCodeGrantAccessTokenMs?: number;
  /** ID tokens of the authorization code grant. */
  readonly authorizationCodeGrantIdTokenMs?: number;
  /** Refresh tokens of the authorization code grant. */
  readonly authorizationCodeGrantRefreshTokenMs?: number;
  /** Access tokens of the client credentials grant. */
  readonly clientCredentialsGrantAccessTokenMs?: number;
  /** Access tokens of the device authorization grant. */
  readonly deviceAuthorizationGrantAccessTokenMs?: number;
  /** ID tokens of the device authorization grant. */
  readonly deviceAuthorizationGrantIdTokenMs?: number;
  /** Refresh tokens of the device authorization grant. */
  readonly deviceAuthorizationGrantRefreshTokenMs?: number;
  /** Access tokens of the implicit grant. */
  readonly implicitGrantAccessTokenMs?: number;
  /** ID tokens of the implicit grant. */
  readonly implicitGrantIdTokenMs?: number;
  /** Access tokens of the JWT bearer grant. */
  readonly jwtBearerGrantAccessTokenMs?: number;
  /** Access tokens of the refresh token grant. */
  readonly refreshTokenGrantAccessTokenMs?: number;
  /** ID tokens of the refresh token grant. */
  readonly refreshTokenGrantIdTokenMs?: number;
  /** Refresh tokens of the refresh token grant. */
  readonly refreshTokenGrantRefreshTokenMs?: number;
}

/** Every field of a client that can be set (RFC 7591 section 2, OpenID Connect Registration, and Ory's own). */
export interface OryClientFields {
  /** The name for people. Ory's `client_name`. */
  readonly name: string;
  /**
   * How the client may get tokens. Ory does not check the names.
   * @default none, which Ory treats as `["authorization_code"]`
   */
  readonly grantTypes?: readonly OryGrantType[];
  /**
   * What the authorization endpoint may answer. Ory does not check the names.
   * @default none, which Ory treats as `["code"]`
   */
  readonly responseTypes?: readonly OryResponseType[];
  /**
   * Scopes that the client may ask for. Ory's `scope`, as an array. An empty one cannot be stored: Ory would put its default.
   * @default the server's, `offline_access offline openid` unless configured otherwise
   */
  readonly scopes?: readonly string[];
  /** Audiences that the client may ask for: URLs. */
  readonly audience?: readonly string[];
  /** Exact addresses, without a fragment. Ory takes any scheme here and asks for `https:` or loopback only when they are used. */
  readonly redirectUris?: readonly string[];
  /** Each has to share scheme, host and port with one of `redirectUris`. */
  readonly postLogoutRedirectUris?: readonly string[];
  /** Loaded by the browser when a session ends (OpenID Connect Front-Channel Logout). */
  readonly frontchannelLogoutUri?: string;
  /**
   * Whether that address needs the issuer and the session id in its query.
   * @default false
   */
  readonly frontchannelLogoutSessionRequired?: boolean;
  /** Called by the server when a session ends (OpenID Connect Back-Channel Logout). */
  readonly backchannelLogoutUri?: string;
  /**
   * Whether the logout token that is sent there has to name the session.
   * @default false
   */
  readonly backchannelLogoutSessionRequired?: boolean;
  /** Origins that may call the server from a browser: scheme, host and port. */
  readonly allowedCorsOrigins?: readonly string[];
  /** Ways to reach the people responsible, such as e-mail addresses. */
  readonly contacts?: readonly string[];
  /** Free text; `list` can filter by it. */
  readonly owner?: string;
  /** The home page of the client, for the consent screen: `http:` or `https:`. */
  readonly clientUri?: string;
  /** The logo of the client, for the consent screen: `http:` or `https:`. */
  readonly logoUri?: string;
  /** How the client treats personal data, for the consent screen: `http:` or `https:`. */
  readonly policyUri?: string;
  /** The terms of service, for the consent screen: `http:` or `https:`. */
  readonly tosUri?: string;
  /** Anything of one's own. */
  readonly metadata?: JsonObject;
  /**
   * The one way in which the client authenticates at the token endpoint. Ory accepts no other there.
   * @default "client_secret_basic"
   */
  readonly tokenEndpointAuthMethod?: OryAuthMethod;
  /**
   * For `private_key_jwt`: RS, PS or ES with 256, 384 or 512.
   * @default none, which Ory treats as `RS256`
   */
  readonly tokenEndpointAuthSigningAlg?: string;
  /** Public keys. Private members are refused, and left out of what is read. Excludes `jwksUri`. */
  readonly jwks?: OryJwks;
  /** Where public keys are found. Excludes `jwks`. */
  readonly jwksUri?: string;
  /**
   * Whether all clients see the same subject for a person (`public`) or each its own (`pairwise`).
   * @default "public"
   */
  readonly subjectType?: "public" | "pairwise" | (string & Record<never, never>);
  /** An `https:` address, which Ory reads during the call: an array with every redirect URI. */
  readonly sectorIdentifierUri?: string;
  /** Addresses from which request objects may be read (OpenID Connect Core section 6.2). */
  readonly requestUris?: readonly string[];
  /** The algorithm (JWA) that request objects have to be signed with. */
  readonly requestObjectSigningAlg?: string;
  /**
   * The algorithm (JWA) that userinfo answers are signed with.
   * @default "none"
   */
  readonly userinfoSignedResponseAlg?: "none" | "RS256" | (string & Record<never, never>);
  /**
   * Whether access tokens are JWTs or opaque.
   * @default the server's own setting
   */
  readonly accessTokenStrategy?: "jwt" | "opaque" | (string & Record<never, never>);
  /**
   * Whether people are not asked for consent, for clients of one's own.
   * @default false
   */
  readonly skipConsent?: boolean;
  /**
   * Whether people are not asked to confirm a logout that this client starts.
   * @default false
   */
  readonly skipLogoutConsent?: boolean;
  /** Lifespans that differ from the server's own settings. */
  readonly lifespans?: OryLifespans;
}
