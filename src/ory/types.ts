import type { ClientImport, SecretRotation, TokenParameters, TokenRequests } from "../core/capabilities.js";
import type { ClientCredentials, SecretAuthMethod, TokenRequest } from "../core/credentials.js";
import type { CallOptions, CreateResult, CreateResultWithSecret, OAuthClient, OAuthClientManager } from "../core/manager.js";
import type { TransportOptions } from "../core/options.js";
import type { SecretOptions } from "../core/secret-sink.js";
import type { Open } from "../core/values.js";

/** A client as Ory keeps it. Holds no secret, so it can be logged. */
export interface OryClient extends OAuthClient, OryClientFields {
  readonly vendor: "ory";
  /** At Ory the handle is the `client_id`. */
  readonly id: string;
  /** OAuth's `client_id`. The same as `id`. */
  readonly clientId: string;
  /** Empty: Ory treats it as `["authorization_code"]`. */
  readonly grantTypes: NonNullable<OryClientFields["grantTypes"]>;
  /** Empty: Ory treats it as `["code"]`. */
  readonly responseTypes: NonNullable<OryClientFields["responseTypes"]>;
  readonly scopes: readonly string[];
  readonly audience: readonly string[];
  readonly redirectUris: readonly string[];
  readonly postLogoutRedirectUris: readonly string[];
  readonly allowedCorsOrigins: readonly string[];
  readonly contacts: readonly string[];
  readonly requestUris: readonly string[];
  readonly lifespans: NonNullable<OryClientFields["lifespans"]>;
  /** When the client was last changed. */
  readonly updatedAt?: Date;
}

interface Identity {
  readonly name: string;
  /**
   * OAuth's `client_id`: up to 255 printable ASCII characters without a slash. Cannot be changed later. Hydra 2.0 and 2.1 refuse
   * one.
   * @default a random UUID
   */
  readonly clientId?: string;
}

interface SecretHolder {
  readonly tokenEndpointAuthMethod?: SecretAuthMethod;
  /**
   * At least 6 characters.
   * @default 256 random bits
   */
  readonly clientSecret?: string;
}

interface KeyHolder {
  readonly tokenEndpointAuthMethod: "private_key_jwt";
  /** Ory gives such a client a secret too, which its token endpoint refuses for as long as the method stays. */
  readonly clientSecret?: string;
}

interface PublicHolder {
  /** No secret: single-page and native applications with PKCE. Cannot use the `client_credentials` grant. */
  readonly tokenEndpointAuthMethod: "none";
  readonly clientSecret?: never;
}

type Fields = Omit<OryClientFields, "name" | "tokenEndpointAuthMethod" | "jwks" | "jwksUri">;
type Jwks = Required<Pick<OryClientFields, "jwks">>["jwks"];
type InlineKeys = { readonly jwks: Jwks; readonly jwksUri?: never };
type RemoteKeys = { readonly jwksUri: string; readonly jwks?: never };
type NoKeys = { readonly jwks?: never; readonly jwksUri?: never };

/** A client that authenticates with a secret. The default. */
export type OrySecretClientInput = Identity & Fields & SecretHolder & (InlineKeys | RemoteKeys | NoKeys);

/** A client that authenticates with a key: `jwks` or `jwksUri` has to be given. */
export type OryKeyClientInput = Identity & Fields & KeyHolder & (InlineKeys | RemoteKeys);

/** A client that does not authenticate. */
export type OryPublicClientInput = Identity & Fields & PublicHolder & (InlineKeys | RemoteKeys | NoKeys);

/** What `create` takes. */
export type OryClientInput = OrySecretClientInput | OryKeyClientInput | OryPublicClientInput;

/**
 * What `update` takes. A field that is absent or `undefined` stays as it is; `null` sets it back to Ory's default. `clientId`
 * cannot be changed, and secrets have `rotateSecret`. Lifespans are merged one by one. Giving `jwks` drops a `jwks_uri` that was
 * there, and the reverse, since Ory takes only one of them.
 */
export type OryClientChanges = {
  readonly [Field in keyof Omit<OryClientFields, "name" | "lifespans">]?: OryClientFields[Field] | null;
} & {
  readonly name?: string;
  readonly lifespans?: { readonly [Name in keyof NonNullable<OryClientFields["lifespans"]>]?: number | null };
};

/** What a program may do with its own registration (RFC 7592), where the server has dynamic registration switched on. */
export interface OryRegistration {
  /** A secret. Any later update or patch of the client ends its validity. */
  readonly accessToken: string;
  /** Where the registration is read, replaced and deleted (RFC 7592 section 2). */
  readonly clientUri: string;
}

/** What `create` gives back. */
export interface OryCreateResult extends CreateResult<OryClient> {
  /** Absent for a client whose method is `none`. */
  readonly credentials?: ClientCredentials;
  /** As answered by Ory on creation and never again. Absent when the answer was lost. */
  readonly registration?: OryRegistration;
}

/** What `list` takes. The filters are exact and combine with "and". */
export interface OryListOptions extends CallOptions {
  /** Only clients with exactly this name. */
  readonly name?: string;
  /** Only clients with exactly this owner. */
  readonly owner?: string;
  /**
   * Clients asked for at once, from 1 to 500.
   * @default 500, the most that Ory gives
   */
  readonly pageSize?: number;
}

/** One operation of a JSON Patch (RFC 6902). Ory knows these three. */
export type OryPatchOperation =
  | { readonly op: "add" | "replace"; readonly path: string; readonly value: unknown }
  | { readonly op: "remove"; readonly path: string };

/** What introspection tells (RFC 7662 section 2.2). */
export type OryIntrospection =
  | { readonly active: false }
  | {
      readonly active: true;
      readonly clientId?: string;
      readonly subject?: string;
      readonly scopes: readonly string[];
      readonly audience: readonly string[];
      readonly issuer?: string;
      readonly issuedAt?: Date;
      readonly notBefore?: Date;
      readonly expiresAt?: Date;
      /** `Bearer`. */
      readonly tokenType?: string;
      /** `access_token` or `refresh_token`. */
      readonly tokenUse?: string;
      readonly username?: string;
      /** What the consent app or a hook has added. */
      readonly additionalFields?: Readonly<Record<string, unknown>>;
    };

/** What `introspect` takes. */
export interface OryIntrospectOptions extends CallOptions {
  /** Scopes that all have to be granted for the token to count as active. */
  readonly scopes?: readonly string[];
}

/** What every Ory manager takes. */
export interface OryCommonOptions extends TransportOptions {
  /**
   * Who makes up a client's id and secret where the input names none. `library`: this library, from the platform's secure random
   * source, so that a lost answer costs neither the secret nor a second client. `server`: Ory, as Hydra 2.0 and 2.1 demand.
   * @default "library"
   */
  readonly credentialsFrom?: "library" | "server";
  /**
   * Lets grant types, response types, authentication methods and algorithms pass that this library does not know. Ory does not
   * check them, so a slip is stored and shows much later, at the token endpoint.
   * @default false
   */
  readonly allowUnknownValues?: boolean;
}

/** Options for a project in Ory Network. */
export interface OryNetworkOptions extends OryCommonOptions {
  /** The project's slug, as in `https://{slug}.projects.oryapis.com`. Environment: `ORY_PROJECT_SLUG`. */
  readonly project: string;
  /** A project API key. Workspace keys cannot manage clients. Environment: `ORY_PROJECT_API_KEY`. */
  readonly apiKey: string;
  readonly adminUrl?: never;
  readonly publicUrl?: never;
  readonly headers?: never;
}

/** Options for a Hydra of one's own, or a project in Ory Network under a domain of one's own. */
export interface OryHydraOptions extends OryCommonOptions {
  /** The admin API, with or without a final `/admin`. Environment: `ORY_ADMIN_URL`. */
  readonly adminUrl: string;
  /** The public API. Needed for tokens, revocation and proving secrets. Environment: `ORY_PUBLIC_URL`. */
  readonly publicUrl?: string;
  /** Sent to the admin API as a bearer token, for the gateway in front of it. Environment: `ORY_PROJECT_API_KEY`. */
  readonly apiKey?: string;
  /** Sent to the admin API, for the gateway in front of it. Taken to be secret. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly project?: never;
}

/** What `createOryManager` takes. */
export type OryOptions = OryNetworkOptions | OryHydraOptions;

/** The header of the manager is its table of capabilities. */
export interface OryManager
  extends OAuthClientManager<OryClient, OryClientInput, OryClientChanges, OryCreateResult, void>,
    SecretRotation,
    TokenRequests,
    ClientImport<OryClient> {
  /**
   * Returns what identifies the account: the slug of an Ory Network project, or the base URL of the admin API. Sends no request.
   */
  readonly account: (options?: CallOptions) => Promise<string>;
  /**
   * Makes a client.
   *
   * Its id and secret are chosen here unless the input or `credentialsFrom` says otherwise. When the answer gets lost, a look
   * settles whether the client exists, and the call goes on as if nothing had happened. It is taken twice before the error says that
   * nothing happened, and may take 10 seconds beyond the call's deadline. When it cannot settle it, the error's `unsavedCredentials()` has the
   * credentials.
   *
   * A client under an id of the caller's choice may be somebody else's: the call goes on only when the public API accepts the
   * secret that was made here. Where there is no such secret or no `publicUrl`, the outcome stays `unknown`.
   *
   * A `signal` that fires while the request is under way rejects with its own reason, which can carry no credentials: nobody has the
   * client's secret then. Whoever aborts names a `clientId`, such as `crypto.randomUUID()`: `get` tells later whether the client was
   * made, `rotateSecret` gets it another secret, and `delete` takes it away.
   *
   * @throws {ValidationError} the input cannot work; nothing was sent
   * @throws {ConflictError} a client has this `clientId`
   * @throws {SecretStorageError} the secret could not be stored where `secretSink` says
   */
  readonly create: {
    (input: OrySecretClientInput, options?: SecretOptions): Promise<OryCreateResult & CreateResultWithSecret<OryClient>>;
    (input: OryClientInput, options?: SecretOptions): Promise<OryCreateResult>;
  };
  /** All clients in order of their id, or those that pass the filters. */
  readonly list: (options?: OryListOptions) => AsyncIterable<OryClient>;
  /**
   * Changes what is named and nothing else: reads the client, merges, and replaces it as a whole. What this library does not
   * know is kept, and so is the secret. There is no protection against somebody else's change in between.
   *
   * Ory ends the validity of the client's registration access token with every update (ory/hydra issue 4093).
   *
   * @throws {ValidationError} the changes cannot work, by themselves or on this client; nothing was changed
   * @throws {NotFoundError} no client has this id
   */
  readonly update: (id: string, changes: OryClientChanges, options?: CallOptions) => Promise<OryClient>;
  /**
   * Changes single fields by JSON Patch (RFC 6902), with Ory's own field names: `/client_name`, `/metadata/team`.
   *
   * Ory answers a patch that it cannot apply with 500, as it would a fault of its own; this becomes an `ValidationError` whose outcome
   * is `unknown`. The registration access token dies as with `update`.
   *
   * Hydra up to 2.3 succeeds without changing anything for `remove`, and for `null` except in lists, `jwks` and `metadata`; and it
   * refuses every patch of a client with `jwksUri`. `update` does both.
   *
   * @throws {ValidationError} a bad patch; `/client_id` cannot be changed, and `/jwks` takes public keys only
   * @throws {NotFoundError} no client has this id
   */
  readonly patch: (id: string, operations: readonly OryPatchOperation[], options?: CallOptions) => Promise<OryClient>;
  /**
   * Replaces all thirteen lifespans and nothing else. One that is left out goes back to the server's own setting.
   *
   * Hydra up to 2.3 refuses it for a client with `jwksUri`; `update` works there.
   */
  readonly setLifespans: (
    id: string,
    lifespans: OryClientFields["lifespans"] & {},
    options?: CallOptions,
  ) => Promise<OryClient>;
  /** Ends every access token of the client. The client itself stays. Succeeds for an unknown client too. */
  readonly deleteTokens: (id: string, options?: CallOptions) => Promise<void>;
  /**
   * Replaces the client's secret.
   *
   * Ory Network, and Hydra after 26.2, keep up to five old secrets valid until `deleteRotatedSecrets`. Older versions of Hydra
   * cannot: there a fresh secret is made here and put in place of the old one, which dies at once, and `previousSecret` says
   * `revoked`.
   *
   * After a lost answer, and after a `signal` that fired on the way, rotate again: whatever secret was made then is known to nobody,
   * but where the error's `unsavedCredentials()` has it.
   *
   * @throws {NotFoundError} no client has this id
   * @throws {ResponseError} the client does not authenticate with a secret
   * @throws {ValidationError} the same, told by a Hydra without rotation
   * @throws {SecretStorageError} the secret could not be stored where `secretSink` says
   */
  readonly rotateSecret: SecretRotation["rotateSecret"];
  /**
   * Ends every secret but the newest. On a Hydra without rotation there are none, and the call only reads the client.
   *
   * @throws {NotFoundError} no client has this id
   * @throws {ResponseError} the client does not authenticate with a secret
   * @throws {ValidationError} the same, told by a Hydra without rotation
   */
  readonly deleteRotatedSecrets: (id: string, options?: CallOptions) => Promise<OryClient>;
  /**
   * Says how to ask for a token with these credentials. Ory accepts only the method that the client is registered with:
   * `credentials.tokenEndpointAuthMethod`, as `create`, `rotateSecret` and `import` fill it in. Scopes and audience that are not
   * asked for are not granted.
   *
   * @throws {ValidationError} these are no credentials
   * @throws {ConfigurationError} the manager has no `publicUrl`, or the secret cannot be sent
   */
  readonly tokenRequest: (credentials: ClientCredentials, wanted?: TokenParameters) => TokenRequest;
  /** Asks the server about a token (RFC 7662). An unknown or expired token is `{ active: false }`, not an error. */
  readonly introspect: (token: string, options?: OryIntrospectOptions) => Promise<OryIntrospection>;
  /**
   * Ends a token (RFC 7009), as the client that it was given to. Succeeds for an unknown token too.
   * @throws {ValidationError} there is no token, or these are no credentials
   * @throws {AuthenticationError} the credentials are not accepted
   * @throws {ConfigurationError} the manager has no `publicUrl`
   */
  readonly revoke: (token: string, credentials: ClientCredentials, options?: CallOptions) => Promise<void>;
}

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
